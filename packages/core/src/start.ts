import type { Batch } from "./batch.ts";
import { SseError, shown } from "./errors.ts";
import type { Gap } from "./gap.ts";
import { fromCursor, type Position, toCursor } from "./position.ts";
import type { Tail } from "./tail.ts";
import { topicsKey } from "./topic.ts";

/** Where a subscription begins, and the gap that its reader must be told of first. */
export interface Start {
  readonly position: Position;
  readonly gap?: Gap;
}

/** A position that no log gives: asking for what comes after it tells what is the oldest kept. */
const NOWHERE: Position = { epoch: "~", offset: 0 };

/** @throws {SseError} `BAD_OPTION` */
export function checkFrom(from: unknown): void {
  if (from === "now" || from === "start" || (typeof from === "string" && fromCursor(from) !== undefined))
    return;
  throw new SseError(
    "BAD_OPTION",
    `from must be "now", "start" or a cursor (see hub.cursor()), got ${shown(from)}.`,
    {
      value: from,
    },
  );
}

/** Where a stream begins, if that is known without asking the log. */
export function startAtHand(
  tail: Tail,
  topics: ReadonlySet<string>,
  cursor: string | undefined,
  from: string,
): Position | undefined {
  // Of what is finished nothing will come: who has nothing of it yet begins at its start, which the log knows.
  if (!tail.up || (cursor === undefined && from === "now" && tail.endOf(topics) !== undefined))
    return undefined;
  if (cursor === undefined && from === "now") return tail.newest;
  const position = fromCursor(cursor ?? from);
  return position !== undefined && tail.holds(position) ? position : undefined;
}

/** What goes out first: the checkpoint, and with it what is at hand of what the reader has missed. */
export function firstBatch(
  tail: Tail,
  position: Position,
  topics: ReadonlySet<string>,
  checkpoint: Uint8Array,
): Batch {
  const { offset } = position;
  if (offset < tail.head && tail.holds(position))
    return tail.read(offset, topics, topicsKey(topics), checkpoint);
  return { bytes: checkpoint, events: 0, last: offset };
}

/**
 * Finds where a stream begins; the reader's own cursor wins over `from`.
 * @throws {SseError} `LOG_FAILED`
 */
export async function startOf(
  tail: Tail,
  topics: ReadonlySet<string>,
  cursor: string | undefined,
  from: string,
): Promise<Start> {
  await tail.follow();
  const atHand = startAtHand(tail, topics, cursor, from);
  if (atHand !== undefined) return { position: atHand };
  if (cursor === undefined && (from === "start" || (from === "now" && tail.endOf(topics) !== undefined))) {
    const position = { epoch: tail.epoch, offset: 0 };
    const { gap, next } = await tail.page(position, topics, topicsKey(topics));
    return { position: gap === undefined ? position : next };
  }
  const asked = cursor ?? from;
  const position = fromCursor(asked);
  const { gap, next } = await tail.page(position ?? NOWHERE, topics, topicsKey(topics));
  if (position !== undefined && gap === undefined) return { position };
  const reason = position === undefined ? "malformed" : (gap ?? "epoch");
  return { position: next, gap: { reason, asked: asked.slice(0, 128), cursor: toCursor(next) } };
}
