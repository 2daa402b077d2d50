import type { Deadline } from "./beat.ts";
import { applicationFailed, SseError } from "./errors.ts";
import { type Exchange, lastEventId } from "./exchange.ts";
import { type Head, NO_CONTENT, STREAM_HEAD } from "./head.ts";
import type { Host, Hosted } from "./host.ts";
import { dropNotice, END_ID } from "./notice.ts";
import type { CloseReason, StreamRecord } from "./observer.ts";
import { Outbox, type OutboxOwner } from "./outbox.ts";
import { recordOf } from "./record.ts";
import { awayNotice, isRefusal, reconnectAnswer } from "./refusal.ts";
import { NO_PLACE } from "./roster.ts";
import type { Sink, SinkOwner } from "./sink.ts";
import type { EventStream, StreamState } from "./stream.ts";
import type { Subscribed } from "./subscribed.ts";
import { Waiters } from "./waiters.ts";

/** The life of one exchange: from the request that may become a stream to the last byte of its sink. */
export class Connection implements Hosted, OutboxOwner, SinkOwner {
  // What each private event asks comes first: see `Outbox`.
  state: StreamState = "new";
  readonly host: Host;
  readonly outbox: Outbox;
  subscription: Subscribed | undefined;
  readonly handle: EventStream<object>;
  closeReason: CloseReason | undefined;
  openedAt: number | undefined;
  readonly #exchange: Exchange;
  #sink: Sink | undefined;
  #waiters: Waiters | undefined;
  closingAt = 0;
  deadline: Deadline | undefined;
  piped = false;
  place: number = NO_PLACE;
  /** Who was let in; null is somebody who is not counted. */
  #client: string | null | undefined;
  #id: string | undefined;
  #address: string | undefined;
  /** Read once; null is none. */
  #lastEventId: string | null | undefined;
  #dropped = false;

  constructor(host: Host, exchange: Exchange, handle: EventStream<object>) {
    this.host = host;
    this.handle = handle;
    this.#exchange = exchange;
    this.outbox = new Outbox(this, host.clock, host.settings.outboxBytes);
  }

  get id(): string {
    this.#id ??= this.host.name();
    return this.#id;
  }

  get over(): boolean {
    return this.state === "closing" || this.state === "closed";
  }

  /** Whether an EventSource may be at the other end. */
  get reconnects(): boolean {
    return this.#exchange.method === "GET";
  }

  get resumes(): boolean {
    return this.subscription !== undefined && !this.piped;
  }

  get lastEventId(): string | undefined {
    if (this.#lastEventId === undefined) this.#lastEventId = lastEventId(this.#exchange) ?? null;
    return this.#lastEventId ?? undefined;
  }

  get record(): StreamRecord {
    return recordOf(this, this.#exchange, this.#address ?? this.#exchange.address);
  }

  get waiters(): Waiters {
    this.#waiters ??= new Waiters(this.over);
    return this.#waiters;
  }

  /** Whether a verb may go on to a stream: not if it is over, refused, or answered without one. */
  begin(): boolean {
    if (this.state !== "new") return !this.over;
    if (this.#exchange.method === "HEAD") return !this.answer(STREAM_HEAD);
    if (this.reconnects && this.lastEventId === END_ID) return !this.answer(NO_CONTENT);
    try {
      this.host.assertOpen();
      this.#client = this.host.admission.enter(this.#exchange) ?? null;
      return true;
    } catch (cause) {
      this.fail(cause);
      return false;
    }
  }

  /** Begins, and opens at once. @throws {SseError} `HEAD_SENT` */
  openNow(): boolean {
    if (!this.begin()) return false;
    if (this.state === "new") this.outbox.release(this.open());
    return true;
  }

  /** The sink, opened if it is not yet. @throws {SseError} `HEAD_SENT`, `HUB_CLOSED` */
  open(): Sink {
    if (this.#sink !== undefined) return this.#sink;
    let sink: Sink;
    try {
      // The hub may have been closed while the log was asked.
      this.host.assertOpen();
      sink = this.#exchange.open(STREAM_HEAD);
    } catch (cause) {
      this.#leave();
      throw cause;
    }
    this.#sink = sink;
    this.state = "open";
    this.openedAt = Date.now();
    // Gone with the connection, so it is read now; reading it costs, so only for those who ask.
    if (this.host.settings.observer !== undefined) this.#address = this.#exchange.address;
    sink.owner = this;
    this.host.opened(this);
    return sink;
  }

  /** Answers without a stream. False when one is open already. */
  answer(head: Head, body?: Uint8Array, reason: CloseReason = "answered"): boolean {
    if (this.#sink !== undefined) return false;
    this.#exchange.answer(head, body);
    this.#close(reason);
    return true;
  }

  /** Ends the stream, and tells its reader when to come back. */
  sendAway(reason: "shutdown" | "rotated" | "refused"): void {
    const notice = awayNotice(reason, this.host.settings);
    if (!this.over && this.reconnects) this.outbox.putNotice(notice, this.subscription === undefined);
    this.end(reason);
  }

  /** Writes or queues a private event. False when the reader is slow, or the stream is over. */
  put(bytes: Uint8Array, sealed: boolean, events?: number): boolean {
    if (!this.openNow()) return false;
    if (this.outbox.put(bytes, sealed, events)) return this.outbox.roomy;
    if (this.over) return false;
    if (this.host.settings.whenFull === "close") this.end("full", true);
    else {
      this.#dropped = true;
      this.host.tell((observer, stream) => observer.drop?.(stream), this);
    }
    return false;
  }

  /** Ends the stream: politely, or at once and without what has not gone out. */
  end(reason: CloseReason, now = false): void {
    if (this.state === "new") this.#close(reason);
    if (this.state === "closed") return;
    if (!this.over) {
      try {
        this.open();
      } catch (cause) {
        this.fail(cause);
        return;
      }
      this.state = "closing";
      this.closeReason = reason;
      this.closingAt = this.host.clock.now;
      this.subscription?.close();
      this.#waiters?.close();
      if (!now) this.outbox.release(this.open());
    }
    if (now || this.outbox.empty) this.finish(now);
  }

  /** Ends the stream because something failed; before the head it is the framework's, or the reader comes back. */
  fail(cause: unknown): void {
    if (this.over) return;
    let error = applicationFailed(cause);
    if (this.#sink !== undefined) {
      this.host.report(error, this);
      this.end("error");
      return;
    }
    if (isRefusal(error)) this.host.refused(error, this);
    const notice = reconnectAnswer(error, this.#exchange, this.host.settings);
    try {
      if (notice !== undefined && this.answer(STREAM_HEAD, notice, "refused")) {
        if (error.code === "LOG_FAILED") this.host.report(error, this);
        return;
      }
    } catch (headSent) {
      error = applicationFailed(headSent);
    }
    this.#close(isRefusal(error) ? "refused" : "error");
    this.#exchange.fail(error);
  }

  seal(body: Uint8Array): Uint8Array {
    return this.subscription?.seal(body) ?? body;
  }

  onfull(): void {
    this.subscription?.interrupt();
  }

  onroom(): void {
    if (this.#dropped) {
      this.#dropped = false;
      this.outbox.putNotice(dropNotice(), this.subscription === undefined);
    } else if (this.state === "closing") this.finish(false);
    else {
      this.#waiters?.resolve();
      this.subscription?.wake();
    }
  }

  onfault(cause: unknown): void {
    this.host.report(new SseError("SINK_FAILED", "A sink threw, which it must not.", { cause }), this);
    this.end("error", true);
  }

  onclose(clean: boolean): void {
    this.#close(this.closeReason ?? "left");
    this.host.ended(this, clean);
  }

  onhandover(sink: Sink): void {
    this.#sink = sink;
    this.outbox.redirect(sink);
  }

  finish(now: boolean): void {
    this.outbox.close();
    this.#sink?.close(now);
  }

  #close(reason: CloseReason): void {
    this.state = "closed";
    this.closeReason = reason;
    this.outbox.close();
    this.#leave();
    this.subscription?.close();
    this.#waiters?.close();
  }

  #leave(): void {
    if (this.#client !== undefined) this.host.admission.leave(this.#client ?? undefined);
    this.#client = undefined;
  }
}
