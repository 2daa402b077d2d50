import type { SseError } from "./errors.ts";
import type { Gap } from "./gap.ts";

/**
 * Why a stream is over:
 *
 * - `closed`: the application called `close()`.
 * - `ended`: the source given to `pipe` came to its end.
 * - `left`: the reader went away.
 * - `finished`: every topic it was subscribed to is finished, and it has had all of them.
 * - `expired`: its time (`until`) has come.
 * - `rotated`: it was as old as `maxAge`; the reader goes on by another.
 * - `idle`: it had no event for `idleTimeout`.
 * - `refused`: the reader was turned away: by admission, in a drain, or while the log is away.
 * - `answered`: there was nothing to stream: HEAD, or a reader that has had the end and is told not to come back (204).
 * - `error`: code of the application, or the log before the head, failed.
 * - `stalled`: the reader made no room for `stallTimeout`.
 * - `full`: private events waited beyond `outboxBytes`, and `whenFull` is `close`.
 * - `shutdown`: the hub was drained or closed.
 */
export type CloseReason =
  | "closed"
  | "ended"
  | "left"
  | "finished"
  | "expired"
  | "rotated"
  | "idle"
  | "refused"
  | "answered"
  | "error"
  | "stalled"
  | "full"
  | "shutdown";

/** What is known of a stream, for logs and metrics. Times are milliseconds since 1970. */
export interface StreamRecord {
  readonly id: string;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
  /** The request's target as it came. It may hold what the application put in the query. */
  readonly url: string;
  readonly topics: readonly string[];
  readonly openedAt: number;
  /** When an event last went out to the reader, if one ever did. */
  readonly lastEventAt: number | undefined;
  /** Events given to the reader's connection, published and private; checkpoints and notices are not counted. */
  readonly events: number;
  /** Bytes given to the reader's connection, heartbeats and notices included. */
  readonly bytes: number;
}

/** The whole record of a stream that is over. */
export interface ClosedStreamRecord extends StreamRecord {
  readonly closedAt: number;
  readonly reason: CloseReason;
  /** Whether every byte went out, as far as this machine can tell. */
  readonly clean: boolean;
}

/**
 * What a hub tells of itself: hand these to a logger or to counters. Every method is optional, and one that is not
 * there costs nothing. One that throws disturbs nobody: that is reported as a process warning.
 */
export interface Observer {
  /** A stream opened. */
  open?(stream: StreamRecord): void;
  /** A stream is over, and its connection done with. */
  close?(stream: ClosedStreamRecord): void;
  /** A reader was turned away before its stream opened: by admission, or since the hub is drained. */
  refuse?(stream: StreamRecord, why: SseError): void;
  /** A reader came back, and goes on from its cursor without loss; `behind` is at most how many events it missed. */
  replay?(stream: StreamRecord, replay: { readonly cursor: string; readonly behind: number }): void;
  /** A reader was told of a gap. */
  gap?(stream: StreamRecord, gap: Gap): void;
  /** A private event was dropped: `whenFull` is `drop`, and the reader is slow. */
  drop?(stream: StreamRecord): void;
  /** The hub is being emptied: told when that begins, and with each batch of readers that is sent away. */
  drain?(progress: DrainProgress): void;
  /** Something failed: the log, a source, `onGap`. `stream` is the one it ended, if it was one stream's. */
  error?(error: SseError, stream: StreamRecord | undefined): void;
}

/** How far a drain is. */
export interface DrainProgress {
  /** Streams still open. */
  readonly open: number;
  /** Streams that ended since it began, and whose last byte went out; and those that were cut. */
  readonly ended: number;
  readonly cut: number;
}

/** Calls one method of an observer, whatever it does. */
export function observe(call: () => void): void {
  try {
    call();
  } catch (cause) {
    warn(
      "OBSERVER_FAILED",
      `An observer threw: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}`,
    );
  }
}

/** A warning where the runtime has such a thing, else on the console; it ends no process. */
export function warn(code: string, message: string): void {
  const host = globalThis as { process?: { emitWarning?: (text: string, options: object) => void } };
  if (typeof host.process?.emitWarning === "function") {
    host.process.emitWarning(message, { type: "LongwaveWarning", code: `LONGWAVE_${code}` });
  } else console.warn(`LongwaveWarning: ${message}`);
}
