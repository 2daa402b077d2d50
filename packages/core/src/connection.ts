import { SseError } from "./errors.ts";
import { type Exchange, lastEventId } from "./exchange.ts";
import { NO_CONTENT, STREAM_HEAD } from "./head.ts";
import type { Host, Hosted } from "./host.ts";
import { dropNotice, END_ID, HEARTBEAT } from "./notice.ts";
import type { CloseReason, StreamRecord } from "./observer.ts";
import { Outbox, type OutboxOwner } from "./outbox.ts";
import type { Sink } from "./sink.ts";
import type { EventStream, StreamState } from "./stream.ts";
import type { Subscribed } from "./subscribed.ts";
import { Waiters } from "./waiters.ts";

const SHUT = { status: 503, headers: { "retry-after": "1" } };

/** The life of one exchange: from the request that may become a stream to the last byte of its sink. */
export class Connection implements Hosted, OutboxOwner {
  state: StreamState = "new";
  closeReason: CloseReason | undefined;
  openedAt: number | undefined;
  subscription: Subscribed | undefined;
  /** What the application has of it. */
  readonly handle: EventStream<object>;
  readonly host: Host;
  readonly outbox: Outbox;
  readonly #exchange: Exchange;
  #sink: Sink | undefined;
  #waiters: Waiters | undefined;
  #controller: AbortController | undefined;
  #id: string | undefined;
  #address: string | undefined;
  #closingAt = 0;
  #dropped = false;

  constructor(host: Host, exchange: Exchange, handle: EventStream<object>) {
    this.host = host;
    this.handle = handle;
    this.#exchange = exchange;
    this.outbox = new Outbox(this, host.settings.outboxBytes);
  }

  get id(): string {
    this.#id ??= this.host.name();
    return this.#id;
  }

  get now(): number {
    return this.host.clock.now;
  }

  get over(): boolean {
    return this.state === "closing" || this.state === "closed";
  }

  /** Whether an EventSource may be at the other end, which reconnects by itself. */
  get reconnects(): boolean {
    return this.#exchange.method === "GET";
  }

  get lastEventId(): string | undefined {
    return lastEventId(this.#exchange);
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.over) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  get record(): StreamRecord {
    const { eventAt, events, bytes } = this.outbox;
    return {
      id: this.id,
      address: this.#address,
      userAgent: this.#exchange.header("user-agent"),
      url: this.#exchange.url,
      topics: [...(this.subscription?.topics ?? [])],
      openedAt: this.openedAt ?? Date.now(),
      lastEventAt: events === 0 ? undefined : Date.now() - (this.now - eventAt),
      events,
      bytes,
    };
  }

  /** The waiters for room, made when somebody first waits. */
  get waiters(): Waiters {
    if (this.#waiters === undefined) {
      this.#waiters = new Waiters();
      if (this.over) this.#waiters.close();
    }
    return this.#waiters;
  }

  /**
   * Whether a verb may go on to a stream: not if it is over, or is answered without one.
   * @throws {SseError} `HUB_CLOSED`
   */
  begin(): boolean {
    if (this.state !== "new") return !this.over;
    this.#assertOpen();
    const { method } = this.#exchange;
    const ended = this.reconnects && this.lastEventId === END_ID;
    if (method !== "HEAD" && !ended) return true;
    this.#close("answered");
    this.#exchange.answer(ended ? NO_CONTENT : STREAM_HEAD);
    return false;
  }

  /** Begins, and opens at once. @throws {SseError} `HUB_CLOSED`, `HEAD_SENT` */
  openNow(): boolean {
    if (!this.begin()) return false;
    if (this.state === "new") this.outbox.release(this.open());
    return true;
  }

  /** The sink of the stream, which is opened if it is not yet. @throws {SseError} `HEAD_SENT` */
  open(): Sink {
    if (this.#sink !== undefined) return this.#sink;
    this.#assertOpen();
    const sink = this.#exchange.open(STREAM_HEAD);
    this.#sink = sink;
    this.state = "open";
    this.openedAt = Date.now();
    // Gone with the connection, so it is read now; reading it costs, so only for those who ask.
    if (this.host.settings.observer !== undefined) this.#address = this.#exchange.address;
    sink.onclose = (clean) => {
      this.#close(this.closeReason ?? "left");
      this.host.ended(this, clean);
    };
    this.host.opened(this);
    return sink;
  }

  /** Writes or queues a private event. False when the reader is slow, or the stream is over. */
  put(bytes: Uint8Array, sealed: boolean): boolean {
    if (!this.openNow()) return false;
    if (this.outbox.put(bytes, sealed)) return this.outbox.roomy;
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
      this.#closingAt = this.now;
      this.#letGo();
      if (!now) this.outbox.release(this.open());
    }
    if (now || this.outbox.empty) this.#finish(now);
  }

  /** Ends the stream because something failed; before the head it is the framework's to answer. */
  fail(cause: unknown): void {
    if (this.over) return;
    const error =
      cause instanceof SseError
        ? cause
        : new SseError(
            "APPLICATION_FAILED",
            "Code of the application failed while a stream depended on it.",
            { cause },
          );
    if (this.#sink !== undefined) {
      this.host.report(error, this);
      this.end("error");
      return;
    }
    this.#close("error");
    this.#exchange.fail(error);
  }

  /** One beat of the clock. */
  tick(): void {
    const { heartbeat, stallTimeout, closeTimeout, freshEvents, freshAge } = this.host.settings;
    const { outbox, now } = this;
    if (this.state === "closing") {
      if (now - this.#closingAt >= closeTimeout) this.#finish(true);
    } else if (outbox.full) {
      if (stallTimeout > 0 && now - outbox.fullSince >= stallTimeout) this.end("stalled", true);
    } else if (!outbox.blocked && heartbeat > 0 && now - outbox.wroteAt >= heartbeat) {
      outbox.write(this.subscription?.refresh(freshEvents, freshAge) ?? HEARTBEAT, 0);
    }
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
    } else if (this.state === "closing") this.#finish(false);
    else {
      this.#waiters?.resolve();
      this.subscription?.wake();
    }
  }

  onfault(cause: unknown): void {
    this.host.report(new SseError("SINK_FAILED", "A sink threw, which it must not.", { cause }), this);
    this.end("error", true);
  }

  /** The hub may have been closed while the log was asked. */
  #assertOpen(): void {
    if (this.host.closed()) throw new SseError("HUB_CLOSED", "The hub is closed.", SHUT);
  }

  #finish(now: boolean): void {
    this.outbox.close();
    this.#sink?.close(now);
  }

  #close(reason: CloseReason): void {
    this.state = "closed";
    this.closeReason = reason;
    this.outbox.close();
    this.#letGo();
  }

  #letGo(): void {
    this.subscription?.close();
    this.#waiters?.close();
    this.#controller?.abort();
  }
}
