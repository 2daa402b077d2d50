import type { Batch } from "./batch.ts";
import type { Connection } from "./connection.ts";
import { SseError, shown } from "./errors.ts";
import { frame, isId } from "./frame.ts";
import type { Gap, OnGap } from "./gap.ts";
import { checkpoint, gapNotice } from "./notice.ts";
import { fromCursor, type Position, toCursor } from "./position.ts";
import type { Sink } from "./sink.ts";
import { startOf } from "./start.ts";
import type { Subscribed } from "./subscribed.ts";

/**
 * One stream's cursor over the log. Either live, its position being the head, or behind: then it reads on whenever
 * its sink has room, from the tail's window, or from the log where that is older, until it is live again.
 */
export class Subscription implements Subscribed {
  readonly topics: ReadonlySet<string>;
  turn = 0;
  mask = 0;
  live = false;
  /** Since when it has been behind. */
  behindSince: number;
  readonly #connection: Connection;
  readonly #onGap: OnGap | undefined;
  readonly #key: string;
  #epoch = "";
  /** The offset of the last id written, but for a live one, which has had all up to the head. */
  #at = 0;
  /** When that id was written, if it was not an event's. */
  #checkedAt = 0;
  /**
   * The id that private events carry until it is known where the reader goes on: after a gap what it asked for, so
   * that it asks again if it is cut; null is none.
   */
  #asked: string | null | undefined = null;
  /** Whether `onGap` has given the position that is being read from now. */
  #redirected = false;
  #busy = false;
  #closed = false;
  #sink: Sink | undefined;
  #waiting: (() => void)[] | undefined;

  constructor(connection: Connection, topics: ReadonlySet<string>, onGap: OnGap | undefined) {
    this.#connection = connection;
    this.#onGap = onGap;
    this.topics = topics;
    this.#key = JSON.stringify([...topics].sort());
    this.behindSince = connection.now;
  }

  /** What the last id on the wire may be: everything up to it was given to the reader. */
  get position(): Position {
    const { tail } = this.#connection.host;
    const offset = this.live ? Math.max(this.#at, tail.head) : this.#at;
    return { epoch: this.#epoch, offset };
  }

  /** Opens the stream where the reader's cursor or `from` says, and begins to write. Never rejects. */
  async begin(from: string): Promise<void> {
    const { host, outbox, lastEventId } = this.#connection;
    try {
      const { position, gap } = await startOf(host.tail, this.topics, this.#key, lastEventId, from);
      if (this.#closed) return;
      const sink = this.#connection.open();
      this.#sink = sink;
      this.#busy = true;
      this.#moveTo(position);
      if (gap !== undefined) await this.#tellGap(gap, sink);
      else {
        this.#asked = undefined;
        outbox.release(sink, this.#checkpoint());
        if (lastEventId !== undefined) this.#tellReplay(lastEventId);
      }
      this.#busy = false;
      if (this.#closed) return;
      host.tail.fanOut.add(this);
      this.wake();
    } catch (cause) {
      this.#connection.fail(cause);
    }
  }

  take(batch: Batch): void {
    this.#at = batch.last;
    this.#connection.outbox.write(batch.bytes, batch.events);
  }

  interrupt(): void {
    if (!this.live) return;
    this.#at = this.position.offset;
    this.live = false;
    this.behindSince = this.#connection.now;
  }

  /** Reads on, as far as the sink takes it. */
  wake(): void {
    const { outbox } = this.#connection;
    while (!this.#closed && !this.#busy && !this.live && !outbox.blocked && this.#step()) {}
  }

  /** A private event as it goes out: with the position of the last topic event before it. */
  seal(body: Uint8Array): Uint8Array {
    if (this.#asked === null) return body;
    if (this.#asked !== undefined) return frame(this.#asked, body);
    const { position } = this;
    this.#at = position.offset;
    return frame(toCursor(position), body);
  }

  /** A checkpoint, if the last id written is older than the given events or milliseconds; else nothing. */
  refresh(events: number, age: number): Uint8Array | undefined {
    const { host, outbox, now } = this.#connection;
    const { tail } = host;
    if (!this.live || tail.head === this.#at) return undefined;
    const written = Math.max(outbox.eventAt, this.#checkedAt);
    if (tail.head - this.#at < events && now - written < age) return undefined;
    this.#at = tail.head;
    return this.#checkpoint();
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

  /** Reads one batch. False when there is nothing to read yet, and it will be woken when there is. */
  #step(): boolean {
    const { tail } = this.#connection.host;
    const { position } = this;
    if (!tail.up) tail.rest(this);
    else if (position.epoch === tail.epoch && position.offset === tail.head) this.#caughtUp();
    // Published in this turn, and to go out at its end; or the log has vouched for it, and it is not here yet.
    else if (position.epoch === tail.epoch && position.offset > tail.head) tail.park(this);
    else if (tail.holds(position)) {
      const batch = tail.read(position.offset, this.topics, this.#key);
      this.#redirected = false;
      if (batch.events > 0) this.take(batch);
      else this.#at = batch.last;
      return true;
    } else {
      this.#busy = true;
      void this.#readLog(position);
    }
    return false;
  }

  #caughtUp(): void {
    this.live = true;
    this.#release();
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) for (const resolve of waiting) resolve();
  }

  #moveTo(position: Position): void {
    this.#epoch = position.epoch;
    this.#at = position.offset;
  }

  #checkpoint(): Uint8Array {
    this.#checkedAt = this.#connection.now;
    return checkpoint(toCursor({ epoch: this.#epoch, offset: this.#at }));
  }

  async #readLog(position: Position): Promise<void> {
    const { host, outbox } = this.#connection;
    const { tail } = host;
    try {
      const { batches, next, gap } = await tail.page(position, this.topics, this.#key);
      if (gap !== undefined && this.#sink !== undefined) {
        await this.#tellGap({ reason: gap, asked: toCursor(position), cursor: toCursor(next) }, this.#sink);
      } else {
        this.#redirected = false;
        for (const batch of batches) {
          // What is not written now is read again later, rather than kept for a slow reader.
          if (outbox.blocked) return;
          this.take(batch);
        }
        this.#moveTo(next);
        // The log is at its head, and this process has yet to follow it there: do not ask for ever.
        if (batches.length === 0 && next.offset === position.offset) {
          tail.rest(this);
          return;
        }
      }
    } catch (cause) {
      if (cause instanceof SseError && cause.code === "LOG_FAILED") {
        tail.rest(this);
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
  async #tellGap(gap: Gap, sink: Sink): Promise<void> {
    const { host, outbox } = this.#connection;
    outbox.hold();
    this.#asked = isId(gap.asked) ? gap.asked : null;
    // Only once in a row: a cursor that is itself a gap must not be asked for for ever.
    const answer = this.#redirected ? undefined : await this.#onGap?.(gap);
    if (this.#closed) return;
    const position = answer === undefined ? fromCursor(gap.cursor) : fromCursor(String(answer));
    if (position === undefined) {
      throw new SseError(
        "BAD_OPTION",
        `onGap must give a cursor (see hub.cursor()) or nothing, got ${shown(answer)}.`,
        {
          value: answer,
        },
      );
    }
    this.#redirected = answer !== undefined;
    const told = { ...gap, cursor: toCursor(position) };
    outbox.sealAll();
    const notice = this.seal(gapNotice(told));
    this.#asked = undefined;
    this.#moveTo(position);
    outbox.release(sink, notice, this.#checkpoint());
    host.tell((observer, stream) => observer.gap?.(stream, told), this.#connection);
  }

  #tellReplay(cursor: string): void {
    const { host } = this.#connection;
    const behind = Math.max(0, host.tail.newest.offset - this.#at);
    host.tell((observer, stream) => observer.replay?.(stream, { cursor, behind }), this.#connection);
  }
}
