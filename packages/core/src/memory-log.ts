import { Ends } from "./ends.ts";
import { SseError, shown } from "./errors.ts";
import { frame } from "./frame.ts";
import { type Entry, type Following, type Found, type Log, type Mark, topicFinished } from "./log.ts";
import { isEpoch, newEpoch, type Position, toCursor } from "./position.ts";
import { Ring } from "./ring.ts";
import { TopicIndex } from "./topic-index.ts";

/** How much history a memory log keeps. The first bound that is reached counts. */
export interface HistoryOptions {
  /**
   * The most events kept, over all topics. 0 keeps none: every reconnect that missed something is told of a gap.
   * @default 10_000
   */
  readonly events?: number;
  /**
   * The most bytes kept, over all topics: frames and what it costs to hold them.
   * @default 16_777_216 (16 MiB)
   */
  readonly bytes?: number;
  /**
   * How long an event is kept, in milliseconds. `Infinity` turns the bound off.
   * @default 300_000 (5 minutes)
   */
  readonly age?: number;
  /**
   * Of how many topics without events in the log it is remembered which event was the last, and of how many finished
   * ones that they are. Forgotten ones may tell a gap without need, or begin anew.
   * @default 10_000
   */
  readonly maxTopics?: number;
}

/** What a memory log may be given besides its bounds; for tests. */
export interface MemoryLogOptions extends HistoryOptions {
  /**
   * The epoch of its cursors.
   * @default a random one, so that cursors of an earlier process are told apart
   */
  readonly epoch?: string;
  /**
   * The clock for `age`, in milliseconds.
   * @default performance.now
   */
  readonly now?: () => number;
}

/** What an entry costs beyond its bytes: its objects, its place in two rings, its buffer. Measured on Node 20: 360–395. */
const ENTRY_OVERHEAD = 400;

interface Follower {
  readonly head: number;
  readonly deliver: (entries: readonly Entry[]) => void;
}

/** An entry and when it came. */
interface Stamped extends Entry {
  readonly frame: Uint8Array;
  readonly time: number;
}

/** The log in this process's memory: gone with the process, and then told as a gap, since the epoch is another. */
export class MemoryLog implements Log {
  readonly epoch: string;
  readonly #entries = new Ring<Stamped>();
  readonly #index: TopicIndex;
  readonly #ends: Ends;
  readonly #followers = new Set<Follower>();
  readonly #undelivered = new Ring<Stamped>();
  readonly #maxEvents: number;
  readonly #maxBytes: number;
  readonly #maxAge: number;
  readonly #now: () => number;
  #bytes = 0;
  #head = 0;
  #closed = false;
  #delivering = false;

  constructor(options: MemoryLogOptions = {}) {
    this.#maxEvents = bound("history.events", options.events, 10_000);
    this.#maxBytes = bound("history.bytes", options.bytes, 16 * 1024 * 1024);
    this.#maxAge = bound("history.age", options.age, 300_000);
    const maxTopics = bound("history.maxTopics", options.maxTopics, 10_000);
    this.#index = new TopicIndex(maxTopics);
    this.#ends = new Ends(maxTopics);
    this.#now = options.now ?? (() => performance.now());
    this.epoch = options.epoch ?? newEpoch();
    if (!isEpoch(this.epoch)) {
      throw new SseError(
        "BAD_OPTION",
        `epoch must be 1 to 64 of A–Z a–z 0–9 _ ~ -, got ${shown(this.epoch)}.`,
        {
          value: this.epoch,
        },
      );
    }
  }

  /** Events and bytes that are kept now. */
  get size(): { readonly events: number; readonly bytes: number } {
    return { events: this.#entries.length, bytes: this.#bytes };
  }

  async append(topic: string, body: Uint8Array, mark: Mark = {}): Promise<Position> {
    this.#assertOpen();
    if (this.#ends.has(topic)) throw topicFinished(topic);
    const offset = ++this.#head;
    const position = { epoch: this.epoch, offset };
    const whole = frame(toCursor(position), body);
    const entry: Stamped = {
      offset,
      topic,
      // The same bytes: a body of its own would double the memory.
      body: whole.subarray(whole.byteLength - body.byteLength),
      frame: whole,
      time: this.#now(),
      ...mark,
    };
    if (mark.last) this.#ends.add(topic, offset);
    this.#entries.push(entry);
    this.#index.add(entry);
    this.#bytes += whole.byteLength + ENTRY_OVERHEAD;
    this.#evict(entry.time);
    this.#deliver(entry);
    return position;
  }

  async follow(deliver: (entries: readonly Entry[]) => void): Promise<Following> {
    this.#assertOpen();
    const follower = { head: this.#head, deliver };
    this.#followers.add(follower);
    return {
      head: { epoch: this.epoch, offset: follower.head },
      finished: this.#ends.offsets,
      stop: async () => {
        this.#followers.delete(follower);
      },
    };
  }

  async after(at: Position, topics: ReadonlySet<string>, limit: number): Promise<Found> {
    this.#assertOpen();
    this.#evict(this.#now());
    if (at.epoch !== this.epoch) return this.#gap("epoch", topics);
    if (at.offset > this.#head) return this.#gap("future", topics);
    for (const topic of topics) {
      if (this.#index.floor(topic) > at.offset) return this.#gap("evicted", topics);
    }
    const entries = this.#index.after(at.offset, topics, limit);
    const last = entries.length < limit ? this.#head : entries.at(-1)?.offset;
    return { entries, next: { epoch: this.epoch, offset: last ?? at.offset } };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#followers.clear();
    this.#entries.clear();
    this.#bytes = 0;
  }

  #deliver(entry: Stamped): void {
    this.#undelivered.push(entry);
    // What is appended inside a delivery goes out after it, or followers further on would have it first.
    if (this.#delivering) return;
    this.#delivering = true;
    for (let next = this.#undelivered.shift(); next !== undefined; next = this.#undelivered.shift()) {
      const entries = [next];
      for (const follower of this.#followers) if (next.offset > follower.head) follower.deliver(entries);
    }
    this.#delivering = false;
  }

  #gap(gap: "epoch" | "future" | "evicted", topics: ReadonlySet<string>): Found {
    const oldest = this.#index.oldest(topics);
    const offset = oldest === undefined ? this.#head : oldest - 1;
    return { entries: [], next: { epoch: this.epoch, offset }, gap };
  }

  #evict(now: number): void {
    for (let oldest = this.#entries.at(0); oldest !== undefined; oldest = this.#entries.at(0)) {
      const within =
        this.#entries.length <= this.#maxEvents &&
        this.#bytes <= this.#maxBytes &&
        now - oldest.time <= this.#maxAge;
      if (within) break;
      this.#entries.shift();
      this.#bytes -= oldest.frame.byteLength + ENTRY_OVERHEAD;
      this.#index.evict(oldest, now);
    }
    this.#index.forget(now - this.#maxAge);
  }

  #assertOpen(): void {
    if (this.#closed) throw new SseError("LOG_FAILED", "The log is closed.");
  }
}

function bound(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === "number" && value >= 0) return value;
  throw new SseError("BAD_OPTION", `${name} must be a number of at least 0, got ${shown(value)}.`, { value });
}
