import type { Batch } from "./batch.ts";
import { Ends } from "./ends.ts";
import type { SseError } from "./errors.ts";
import { FanOut, type Reader } from "./fan-out.ts";
import { type Entry, type Following, type Framed, framedBy, type Log, logFailed } from "./log.ts";
import { type Page, Pages } from "./pages.ts";
import type { Position } from "./position.ts";
import { Sleepers } from "./sleepers.ts";
import { endOfTurn } from "./turn.ts";
import { WINDOW, Window, type WindowBounds } from "./window.ts";

/** How many finished topics are remembered to be so. The log, too, forgets them in time. */
const MAX_ENDS = 10_000;

/** A producer that never yields must not make a turn a second, unbounded log. */
const MAX_TURN_EVENTS = 1_024;
const MAX_TURN_BYTES = 1024 * 1024;

/**
 * The hub's window on the log, fed only by following it, and the turns in which its frames go out to the readers. A
 * position within the window is served from it at once; for an older one the log is asked.
 */
export class Tail {
  readonly fanOut: FanOut = new FanOut();
  readonly #log: Log;
  readonly #report: (error: SseError) => void;
  /** Readers that wait for the head to move on, or for the log to be followed again. */
  readonly parked: Sleepers = new Sleepers();
  /** Readers that wait for the next beat of the clock, or for the log to be followed again. */
  readonly resting: Sleepers = new Sleepers();
  readonly #pages: Pages;
  #waiting: (() => void)[] = [];
  #window = new Window("", 0);
  #head = 0;
  /** The newest offset that the log has given to a publisher here; it may be delivered only later. */
  #vouched = 0;
  #turn: Framed[] = [];
  #turnBytes = 0;
  #flushing = false;
  #following: Following | undefined;
  #attempt: Promise<void> | undefined;
  #ends = new Ends(MAX_ENDS);
  #session = 0;
  #closed = false;

  readonly #bounds: WindowBounds;

  constructor(log: Log, report: (error: SseError) => void, bounds: WindowBounds = WINDOW) {
    this.#bounds = bounds;
    this.#log = log;
    this.#pages = new Pages(log);
    this.#report = report;
  }

  get epoch(): string {
    return this.#window.epoch;
  }

  /** The offset up to which everything has gone out to live readers. */
  get head(): number {
    return this.#head;
  }

  /** The newest position known, perhaps yet to go out: where a reader begins that wants nothing old. */
  get newest(): Position {
    return { epoch: this.epoch, offset: Math.max(this.#window.newest, this.#vouched) };
  }

  /** Takes note of a position that the log has given: who subscribes from now on does not want what is up to it. */
  vouch(position: Position): void {
    if (position.epoch === this.epoch && position.offset > this.#vouched) this.#vouched = position.offset;
  }

  /** Where the last of the topics came to its end; `undefined` while one of them goes on. */
  endOf(topics: Iterable<string>): number | undefined {
    return this.#ends.ofAll(topics);
  }

  /** Whether entries are being delivered. */
  get up(): boolean {
    return this.#following !== undefined;
  }

  /** Whether what comes after the position can be read here, without the log. */
  holds({ epoch, offset }: Position): boolean {
    const { first, newest } = this.#window;
    return this.up && epoch === this.epoch && offset >= first - 1 && offset <= newest;
  }

  /** Resolves when the log is being followed. Begins to follow it if need be, and rejects if that fails. */
  follow(): Promise<void> {
    if (this.#following !== undefined) return Promise.resolve();
    this.#attempt ??= this.#follow().finally(() => {
      this.#attempt = undefined;
    });
    return this.#attempt;
  }

  /** One beat of the clock: tries again what failed. */
  tick(): void {
    if (this.#closed) return;
    if (this.up) this.resting.wake();
    else void this.follow().catch(() => {});
  }

  leave(reader: Reader): void {
    this.fanOut.delete(reader);
    this.parked.delete(reader);
    this.resting.delete(reader);
  }

  /** The next batch of the topics after an offset that the window holds. */
  read(offset: number, topics: ReadonlySet<string>, key: string, beginning?: Uint8Array): Batch {
    return this.#window.read(offset, this.#head, topics, key, beginning);
  }

  /** What the log has after a position that the window does not hold. Readers that ask together share one read. */
  page(at: Position, topics: ReadonlySet<string>, key: string): Promise<Page> {
    return this.#pages.after(at, topics, key, this.#window.averageBytes);
  }

  /** Resolves when everything up to the position has gone out to live readers, or there are none since the log broke. */
  async reached(position: Position): Promise<void> {
    while (this.up && position.epoch === this.epoch && this.#head < position.offset) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }

  /** Stops following; resolves when no entry comes any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#session++;
    const following = this.#following;
    this.#following = undefined;
    this.#moved();
    await following?.stop();
  }

  async #follow(): Promise<void> {
    const session = ++this.#session;
    // A log may deliver before its answer to `follow` is seen here.
    let early: Entry[] | undefined = [];
    const deliver = (entries: readonly Entry[]) => {
      if (session !== this.#session) return;
      if (early === undefined) this.#enter(entries);
      else early.push(...entries);
    };
    const broken = (why: SseError) => {
      if (session === this.#session) this.#broken(why);
    };
    let following: Following;
    try {
      following = await this.#log.follow(deliver, broken);
    } catch (cause) {
      const error = logFailed("The log cannot be followed; it is tried again.", cause);
      this.#report(error);
      throw error;
    }
    if (session !== this.#session) {
      await following.stop();
      throw logFailed("The log broke while it was about to be followed; it is tried again.");
    }
    this.#following = following;
    // Readers go on from their own positions: within the new window, or by asking the log, which knows of a gap.
    this.#window = new Window(following.head.epoch, following.head.offset, this.#bounds);
    this.#head = following.head.offset;
    this.#vouched = 0;
    this.#ends = new Ends(MAX_ENDS, following.finished);
    const entries = early;
    early = undefined;
    this.#enter(entries);
    this.#moved();
    this.resting.wake();
  }

  #broken(why: SseError): void {
    this.#flush();
    // What could not go out, the readers get from the log.
    this.#turn = [];
    this.#session++;
    this.#following = undefined;
    for (const reader of this.fanOut.readers()) {
      reader.interrupt();
      this.resting.add(reader);
    }
    this.#moved();
    this.#report(why);
    void this.follow().catch(() => {});
  }

  #enter(entries: readonly Entry[]): void {
    for (const entry of entries) {
      if (entry.offset <= this.#window.newest) continue;
      if (entry.offset !== this.#window.newest + 1) {
        this.#broken(
          logFailed(
            `The log delivered offset ${entry.offset} after ${this.#window.newest}: it must be dense.`,
          ),
        );
        return;
      }
      const framed = framedBy(entry, this.epoch);
      this.#window.push(framed);
      // Before it goes out: who subscribes in this turn comes late already.
      if (entry.last) this.#ends.add(entry.topic, entry.offset);
      // The log has forgotten that it was finished, and it begins anew.
      else if (this.#ends.has(entry.topic)) this.#ends.delete(entry.topic);
      // One write per reader for all that a round of the event loop published, not one per event.
      if (this.#turn.length === 0) endOfTurn(this.#flush);
      this.#turn.push(framed);
      this.#turnBytes += framed.frame.byteLength;
      if (this.#turn.length >= MAX_TURN_EVENTS || this.#turnBytes >= MAX_TURN_BYTES) this.#flush();
    }
    this.#window.trim(this.#head);
  }

  readonly #flush = (): void => {
    // What is published inside a delivery goes out after it, or readers further on would have it first.
    if (this.#turn.length === 0 || this.#flushing) return;
    this.#flushing = true;
    const turn = this.#turn;
    this.#turn = [];
    this.#turnBytes = 0;
    this.#window.forgetReads();
    this.fanOut.deliver(turn);
    this.#head = turn.at(-1)?.offset ?? this.#head;
    this.#flushing = false;
    for (const { topic, last } of turn) if (last) this.fanOut.finish(topic);
    this.#moved();
  };

  #moved(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    this.parked.wake();
  }
}
