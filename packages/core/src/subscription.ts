import type { Batch } from "./batch.ts";
import type { Connection } from "./connection.ts";
import { Cursor } from "./cursor.ts";
import { SseError } from "./errors.ts";
import { NO_SEAT } from "./fan-out.ts";
import { afterGap, type Gap, type OnGap } from "./gap.ts";
import { NO_CONTENT } from "./head.ts";
import { gapNotice } from "./notice.ts";
import type { Outbox } from "./outbox.ts";
import { type Position, toCursor } from "./position.ts";
import { firstBatch, startAtHand, startOf } from "./start.ts";
import type { Subscribed } from "./subscribed.ts";
import { topicsKey } from "./topic.ts";

/**
 * One stream's cursor over the log. Either live, its position being the head, or behind: then it reads on whenever
 * its sink has room, from the tail's window, or from the log where that is older, until it is live again.
 */
export class Subscription extends Cursor implements Subscribed {
  // What the loop over all readers needs comes first, the outbox too: each line of the cache is a miss there.
  live = false;
  readonly #outbox: Outbox;
  readonly topics: ReadonlySet<string>;
  turn = 0;
  mask = 0;
  seat: number = NO_SEAT;
  seats: number[] | undefined;
  behindSince: number;
  readonly #connection: Connection;
  readonly #onGap: OnGap | undefined;
  /** Whether `onGap` has given the position that is being read from now. */
  #redirected = false;
  #busy = false;
  #closed = false;
  #waiting: (() => void)[] | undefined;

  constructor(connection: Connection, topics: ReadonlySet<string>, onGap: OnGap | undefined) {
    super();
    this.#connection = connection;
    this.#outbox = connection.outbox;
    this.#onGap = onGap;
    this.topics = topics;
    this.behindSince = connection.host.clock.now;
  }

  /** What the last id on the wire may be: everything up to it was given to the reader. */
  override get position(): Position {
    const { epoch, offset } = this;
    return { epoch, offset: this.live ? Math.max(offset, this.#connection.host.tail.head) : offset };
  }

  /** Opens the stream where the cursor or `from` says. Never rejects. */
  begin(from: string): Promise<void> {
    const { host, lastEventId: cursor } = this.#connection;
    // At once where it can be: no promise for each of many readers that come together.
    const start = startAtHand(host.tail, this.topics, cursor, from);
    if (start === undefined) return this.#beginLater(cursor, from);
    this.#beginAt(start, cursor);
    return Promise.resolve();
  }

  get near(): boolean {
    return this.live && this.#outbox.near;
  }

  take(batch: Batch): void {
    this.offset = batch.last;
    this.#outbox.write(batch.bytes, batch.events);
  }

  finish(): void {
    if (this.live && this.#ended) this.#connection.end("finished");
  }

  interrupt(): void {
    if (!this.live) return;
    this.moveTo(this.position);
    this.live = false;
    this.behindSince = this.#connection.host.clock.now;
  }

  /** Reads on, as far as the sink takes it. */
  wake(): void {
    while (!this.#closed && !this.#busy && !this.live && !this.#outbox.blocked && this.#step()) {}
  }

  /** A private event as it goes out: with the position of the last topic event before it. */
  override seal(body: Uint8Array): Uint8Array {
    this.offset = this.position.offset;
    return super.seal(body);
  }

  /** A checkpoint, if the last id written is older than the given events or milliseconds; else nothing. */
  refresh(events: number, age: number): Uint8Array | undefined {
    const { tail, clock } = this.#connection.host;
    const behind = tail.head - this.offset;
    if (!this.live || behind === 0) return undefined;
    if (behind < events && clock.now - Math.max(this.#outbox.eventAt, this.checkedAt) < age) return undefined;
    this.moveTo(this.position);
    return this.checkpoint(clock.now);
  }

  /** Resolves when it is live or closed. */
  settled(): Promise<void> {
    if (this.live || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting ??= [];
      this.#waiting.push(resolve);
    });
  }

  close(): void {
    this.#closed = true;
    this.live = false;
    this.#connection.host.tail.leave(this);
    this.#release();
  }

  /** Reads one batch. False when there is none yet, and it will be woken. */
  #step(): boolean {
    const { tail } = this.#connection.host;
    const { position } = this;
    if (!tail.up) tail.resting.add(this);
    else if (position.epoch === tail.epoch && position.offset === tail.head) this.#caughtUp();
    // Published in this turn, and to go out at its end; or the log has vouched for it, and it is not here yet.
    else if (position.epoch === tail.epoch && position.offset > tail.head) tail.parked.add(this);
    else if (tail.holds(position)) {
      const batch = tail.read(position.offset, this.topics, topicsKey(this.topics));
      this.#redirected = false;
      if (batch.events > 0) this.take(batch);
      else this.offset = batch.last;
      return true;
    } else {
      this.#busy = true;
      void this.#readLog(position);
    }
    return false;
  }

  async #beginLater(cursor: string | undefined, from: string): Promise<void> {
    try {
      const { position, gap } = await startOf(this.#connection.host.tail, this.topics, cursor, from);
      if (this.#closed) return;
      if (gap === undefined) return this.#beginAt(position, cursor);
      this.#busy = true;
      await this.#tellGap(gap);
      this.#busy = false;
      this.#join();
    } catch (cause) {
      this.#connection.fail(cause);
    }
  }

  #beginAt(position: Position, cursor: string | undefined): void {
    const { host } = this.#connection;
    try {
      this.moveTo(position);
      // It has had the end, and comes back for more.
      if (this.#ended && this.#connection.answer(NO_CONTENT)) return;
      const sink = this.#connection.open();
      const first = firstBatch(host.tail, position, this.topics, this.find(position, host.clock.now));
      this.offset = first.last;
      this.#busy = true;
      this.#outbox.release(sink, first.bytes, first.events);
      this.#busy = false;
    } catch (cause) {
      this.#connection.fail(cause);
    }
    if (this.#closed) return;
    if (cursor !== undefined) host.replayed(this.#connection, cursor, position);
    this.#join();
  }

  #join(): void {
    if (this.#closed) return;
    this.#connection.host.tail.fanOut.add(this);
    this.wake();
  }

  #caughtUp(): void {
    this.live = true;
    this.#release();
    this.finish();
  }

  /** Whether all of its topics have come to their ends, and it has had them. */
  get #ended(): boolean {
    const { tail } = this.#connection.host;
    return this.position.offset >= (tail.endOf(this.topics) ?? Number.POSITIVE_INFINITY);
  }

  #release(): void {
    for (const resolve of this.#waiting ?? []) resolve();
    this.#waiting = undefined;
  }

  async #readLog(position: Position): Promise<void> {
    const { host } = this.#connection;
    try {
      const { batches, next, gap } = await host.tail.page(position, this.topics, topicsKey(this.topics));
      if (gap !== undefined) {
        await this.#tellGap({ reason: gap, asked: toCursor(position), cursor: toCursor(next) });
      } else {
        this.#redirected = false;
        for (const batch of batches) {
          // What is not written now is read again later, rather than kept for a slow reader.
          if (this.#outbox.blocked) return;
          this.take(batch);
        }
        this.moveTo(next);
        // The log is at its head, and this process has yet to follow it there: do not ask for ever.
        if (batches.length === 0 && next.offset === position.offset) {
          host.tail.resting.add(this);
          return;
        }
      }
    } catch (cause) {
      if (cause instanceof SseError && cause.code === "LOG_FAILED") {
        host.tail.resting.add(this);
        host.report(cause, this.#connection);
      } else this.#connection.fail(cause);
      return;
    } finally {
      this.#busy = false;
    }
    this.wake();
  }

  /**
   * Writes the notice, what `onGap` sent, and a checkpoint from where the reader goes on, in this order. Until the
   * checkpoint all of it carries the id that was asked for: a reader that is cut in between is told again.
   */
  async #tellGap(gap: Gap): Promise<void> {
    const { host } = this.#connection;
    const sink = this.#connection.open();
    this.#outbox.hold();
    this.lose(gap.asked);
    // Only once in a row: a cursor that is itself a gap must not be asked for for ever.
    const answer = this.#redirected ? undefined : await this.#onGap?.(gap);
    if (this.#closed) return;
    const position = afterGap(gap, answer);
    this.#redirected = answer !== undefined;
    const told = { ...gap, cursor: toCursor(position) };
    this.#outbox.sealAll();
    const notice = this.seal(gapNotice(told));
    this.#outbox.putNotice(this.find(position, host.clock.now), true);
    this.#outbox.release(sink, notice);
    host.tell((observer, stream) => observer.gap?.(stream, told), this.#connection);
  }
}
