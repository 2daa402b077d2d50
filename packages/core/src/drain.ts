import type { Hosted } from "./host.ts";
import type { Roster } from "./roster.ts";

/** How a hub is emptied. */
export interface DrainOptions {
  /**
   * How long it may take, in milliseconds. Subscribed streams are sent away in batches spread over it; streams of
   * `send` and `pipe` may run to their own end meanwhile.
   * @default 20_000
   */
  readonly within?: number;
  /**
   * Between how many milliseconds readers are told to come back, those that are refused meanwhile too.
   * @default the hub's `retry`
   */
  readonly retry?: readonly [number, number];
  /** Ends the waiting early: what is open then is ended at once. */
  readonly signal?: AbortSignal;
}

/** What came of it. */
export interface DrainReport {
  /** Streams that ended and whose last byte went out, and those whose readers left by themselves. */
  readonly ended: number;
  /** Streams that were cut, with bytes that had not gone out. */
  readonly cut: number;
  /** How long it took, in milliseconds. */
  readonly took: number;
}

/** How far apart batches are, in milliseconds. */
const STEP = 50;
/** Which part of the time is for sending readers away; the rest is for their last bytes. */
const SPREAD = 0.8;

/**
 * Ends all connections: those that resume, spread over the time; the others at its end, if they have not ended by
 * themselves. Resolves when each has been told to.
 */
export async function drain(
  connections: Roster<Hosted>,
  within: number,
  hurry: AbortSignal,
  progress: () => void,
): Promise<void> {
  const began = performance.now();
  const until = began + within;
  const resuming = shuffled(connections.all().filter((connection) => connection.resumes));
  for (let at = 0; at < resuming.length && !hurry.aborted; ) {
    // By the time that is left: a process that is busy takes its steps late, and is to be done in time all the same.
    const left = began + within * SPREAD - performance.now();
    const batch = Math.ceil((resuming.length - at) / Math.max(1, Math.floor(left / STEP)));
    for (const connection of resuming.slice(at, at + batch)) connection.sendAway("shutdown");
    at += batch;
    progress();
    if (at < resuming.length) await pause(STEP, hurry);
  }
  while (connections.size > 0 && !hurry.aborted && performance.now() < until) {
    await pause(Math.min(STEP, until - performance.now()), hurry);
  }
  for (const connection of connections.all()) connection.sendAway("shutdown");
}

/** In no order that the readers' own could bring about. */
function shuffled<T>(items: T[]): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    const [a, b] = [items[i], items[j]];
    if (a === undefined || b === undefined) continue;
    items[i] = b;
    items[j] = a;
  }
  return items;
}

function pause(milliseconds: number, hurry: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (hurry.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      hurry.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, milliseconds));
    hurry.addEventListener("abort", done);
  });
}
