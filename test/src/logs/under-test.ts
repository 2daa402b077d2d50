import type { HistoryOptions, Log, Position } from "@longwave/core";

/** A log to be held against the contract, and what can be done to it from outside. */
export interface LogUnderTest {
  readonly log: Log;
  /** Another client of the same log, where there is such a thing. */
  readonly connect?: () => Promise<Log>;
  /** Breaks the connections of all, where a log has any. */
  readonly break?: () => void;
  stop(): Promise<void>;
}

/** Makes a new log, empty, within the bounds. */
export type MakeLog = (history: HistoryOptions) => Promise<LogUnderTest>;

/** Makes one that is stopped after the test. */
export type Start = (history?: HistoryOptions) => Promise<LogUnderTest>;

export const A: ReadonlySet<string> = new Set(["a"]);
export const AB: ReadonlySet<string> = new Set(["a", "b"]);

export function body(text: string): Uint8Array {
  return new TextEncoder().encode(`data: ${text}\n\n`);
}

export function text({ body }: { readonly body: Uint8Array }): string {
  return new TextDecoder().decode(body).slice("data: ".length, -2);
}

/** Appends in turn, so that the order is the given one, and gives the positions. */
export async function fill(log: Log, topics: string): Promise<Position[]> {
  const positions: Position[] = [];
  for (const [index, topic] of Array.from(topics).entries())
    positions.push(await log.append(topic, body(`${topic}${index + 1}`)));
  return positions;
}
