import { SseError, shown } from "./errors.ts";
import { frame } from "./frame.ts";
import { type Position, toCursor } from "./position.ts";

/** One published event as the log keeps it. */
export interface Entry {
  /** Its place in the order: dense, each entry one more than the one before, over all topics together. */
  readonly offset: number;
  readonly topic: string;
  /** The frame without its id line. */
  readonly body: Uint8Array;
  /** An entry replaces older ones of its topic and key, for readers that lag. */
  readonly key?: string;
  /** Set on the last entry of a topic: nothing follows. */
  readonly last?: true;
  /** The whole frame, id line first, when the log holds it in this process anyway: then its bytes stand once. */
  readonly frame?: Uint8Array;
}

/** Why a cursor cannot be continued without loss. */
export type GapReason =
  /** Entries of the reader's topics after the cursor are gone: bounded history. */
  | "evicted"
  /** The cursor is of another epoch: the log began anew, or the cursor is of another log. */
  | "epoch"
  /** The cursor is beyond the head: the log went back, or the cursor was made up. */
  | "future"
  /** The text is no cursor at all. */
  | "malformed";

/** What `Log.after` found. */
export interface Found {
  /** Entries of the asked topics, in log order. Empty when there is a gap. */
  readonly entries: readonly Entry[];
  /** Up to where the log was searched; after a gap: from where a reader may go on. */
  readonly next: Position;
  /** Set when what the position needs is gone. */
  readonly gap?: Exclude<GapReason, "malformed">;
}

/** What an entry is besides its body. */
export interface Mark {
  readonly key?: string;
  readonly last?: true;
}

/** What `Log.follow` resolves to. */
export interface Following {
  /** Everything after this position is delivered. */
  readonly head: Position;
  /** The topics known to be finished, and the offsets of their last entries. */
  readonly finished: ReadonlyMap<string, number>;
  /** Stops the deliveries: none comes after the promise has settled. */
  stop(): Promise<void>;
}

/**
 * An ordered, bounded history of entries: in this process (`MemoryLog`), in another, or on another machine.
 * One hub follows a log once, for all of its readers.
 *
 * A log, whoever writes it:
 *
 * - MUST give offsets that are dense within one epoch, over all topics together, and MUST begin a new epoch when it
 *   cannot go on so. An epoch is 1 to 64 characters of `A–Z a–z 0–9 _ ~ -`.
 * - MUST keep the order in which one client appends.
 * - MUST deliver to every follower every entry after its `head`, once, in order; a follower that publishes inside a
 *   delivery MUST NOT upset that.
 * - MUST call `broken` once, and deliver nothing more, when it can no longer promise that. The follower then calls
 *   `follow` again and pages through `after` for what it missed.
 * - MUST answer `after` with a gap rather than skip an entry silently. It MAY tell a gap without need.
 * - MUST give, after a gap, a `next` from which `after` has no gap, at the oldest entry kept for the topics.
 * - MUST NOT count the eviction of other topics' entries as a gap, within the bounds on what it remembers of them.
 * - MUST refuse what is appended to a finished topic (`TOPIC_FINISHED`) for as long as it remembers that the topic is,
 *   and MUST bound what it remembers: a topic forgotten begins anew.
 * - SHOULD leave out of a page an entry that a newer one of its topic and key, not beyond the log's head, replaces.
 * - MUST NOT change a body after `append`; SHOULD keep a copy, since it may lie with others in one buffer; and MUST NOT let one caller's rejection reach another.
 * - SHOULD reject quickly when it is away, not hold what is appended in memory.
 *
 * Any number of calls may be under way at once.
 */
export interface Log {
  /** Adds an entry at the head. Resolves when it is kept; rejects when it is not known to be. */
  append(topic: string, body: Uint8Array, mark?: Mark): Promise<Position>;
  /** Begins to deliver what is appended from now on, by anybody. `deliver` and `broken` do not throw. */
  follow(deliver: (entries: readonly Entry[]) => void, broken: (why: SseError) => void): Promise<Following>;
  /**
   * At most `limit` entries of `topics` after `at`, oldest first; `next` moves on even when there are none.
   * Costs what it returns, not what it passes over.
   */
  after(at: Position, topics: ReadonlySet<string>, limit: number): Promise<Found>;
  /** Lets go of everything. Further calls reject. Idempotent. */
  close(): Promise<void>;
}

/** An entry as readers get it: its frame, id line first. */
export interface Framed {
  readonly offset: number;
  readonly topic: string;
  readonly frame: Uint8Array;
  readonly key?: string;
  readonly last?: true;
}

/** The id line is put before a body once, as the entry enters; not even that when the log has the frame at hand. */
export function framedBy(entry: Entry, epoch: string): Framed {
  if (isFramed(entry)) return entry;
  const { offset, topic, body, key, last } = entry;
  const framed = { offset, topic, frame: frame(toCursor({ epoch, offset }), body) };
  return { ...framed, ...(key !== undefined && { key }), ...(last && { last }) };
}

function isFramed(entry: Entry): entry is Entry & Framed {
  return entry.frame !== undefined;
}

/** The error for an event that comes after the last of its topic. */
export function topicFinished(topic: string): SseError {
  const message = `The topic ${shown(topic)} is finished: nothing can be published to it any more.`;
  return new SseError("TOPIC_FINISHED", message, { value: topic });
}

/** The error for a log that is away or broke its contract: 503, since the reader may well come again. */
export function logFailed(message: string, cause?: unknown): SseError {
  return new SseError("LOG_FAILED", message, { cause, status: 503, headers: { "retry-after": "1" } });
}
