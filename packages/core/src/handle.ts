import type { Deadline } from "./beat.ts";
import { Connection } from "./connection.ts";
import { SseError, shown } from "./errors.ts";
import type { ServerSentEvent } from "./event.ts";
import type { Exchange } from "./exchange.ts";
import { encode, encodeComment, frame } from "./frame.ts";
import type { Host } from "./host.ts";
import { END } from "./notice.ts";
import type { CloseReason } from "./observer.ts";
import { pump } from "./pump.ts";
import { checkSource, type Source } from "./source.ts";
import { checkFrom } from "./start.ts";
import type { EventStream, StreamState, SubscribeOptions } from "./stream.ts";
import { Subscription } from "./subscription.ts";
import { checkedTopics } from "./topic.ts";

const NO_TOPICS: ReadonlySet<string> = new Set();

// biome-ignore lint/complexity/noBannedTypes: the empty map of events, which allows every event.
type AnyEvents = {};

/** The user's handle on a connection: what the verbs of {@link EventStream} do. */
export class Handle implements EventStream<AnyEvents> {
  readonly #host: Host;
  readonly #exchange: Exchange;
  #made: Connection | undefined;
  #ownIds = false;

  constructor(host: Host, exchange: Exchange) {
    this.#host = host;
    this.#exchange = exchange;
  }

  /** Made when it is first needed: on most routes behind a middleware it never is. */
  get #connection(): Connection {
    this.#made ??= new Connection(this.#host, this.#exchange, this);
    return this.#made;
  }

  get id(): string {
    return this.#connection.id;
  }

  get state(): StreamState {
    return this.#connection.state;
  }

  get closeReason(): CloseReason | undefined {
    return this.#connection.closeReason;
  }

  get openedAt(): number | undefined {
    return this.#connection.openedAt;
  }

  get lastEventId(): string | undefined {
    return this.#connection.lastEventId;
  }

  get topics(): ReadonlySet<string> {
    return this.#connection.subscription?.topics ?? NO_TOPICS;
  }

  get signal(): AbortSignal {
    return this.#connection.waiters.signal;
  }

  send(event: ServerSentEvent): boolean {
    const connection = this.#connection;
    const { body, id } = encode(event, connection.host.settings);
    const subscribed = connection.subscription !== undefined;
    if (id === undefined) return connection.put(body, !subscribed);
    if (subscribed) {
      throw new SseError(
        "ID_CONFLICT",
        "The stream is subscribed, so the log gives its ids: send this event without.",
        {
          value: id,
        },
      );
    }
    this.#ownIds = true;
    return connection.put(frame(id, body), true);
  }

  comment(text: string): boolean {
    return this.#connection.put(encodeComment(text, this.#connection.host.settings), true, 0);
  }

  ready({ signal }: { readonly signal?: AbortSignal } = {}): Promise<void> {
    const { over, outbox, waiters } = this.#connection;
    if (!over && outbox.roomy && signal?.aborted !== true) return Promise.resolve();
    return waiters.wait(signal);
  }

  subscribe(topics: string | Iterable<string>, options: SubscribeOptions = {}): Promise<void> {
    const connection = this.#connection;
    const names = checkedTopics(topics);
    const { from = "now", onGap } = options;
    checkFrom(from);
    if (connection.subscription !== undefined) {
      throw new SseError("ALREADY_SUBSCRIBED", "A stream subscribes once: give all topics to one call.", {
        value: topics,
      });
    }
    if (this.#ownIds) {
      throw new SseError(
        "ID_CONFLICT",
        "The stream has sent ids of its own, which the log's cannot follow.",
        { value: topics },
      );
    }
    if (!connection.begin()) return Promise.resolve();
    const { admission, tail, settings, clock } = connection.host;
    try {
      admission.checkTopics(names, (topic) => tail.fanOut.readersOf(topic));
    } catch (cause) {
      if (connection.state === "open") connection.sendAway("refused");
      else connection.fail(cause);
      return Promise.resolve();
    }
    // A tenth more or less, so that readers that came together do not go together.
    if (settings.maxAge > 0)
      this.#endAt(clock.now + settings.maxAge * (0.9 + Math.random() * 0.2), "rotated");
    if (connection.state === "new") connection.state = "opening";
    connection.outbox.hold();
    const subscription = new Subscription(connection, names, onGap);
    connection.subscription = subscription;
    return subscription.begin(from);
  }

  pipe(source: Source<ServerSentEvent>): Promise<void> {
    checkSource(source);
    this.#connection.piped = true;
    return this.#connection.openNow() ? this.#pipe(source) : Promise.resolve();
  }

  until(time: Date | number): void {
    const at = Number(time);
    if (Number.isNaN(at)) {
      throw new SseError("BAD_OPTION", `until takes a Date or milliseconds since 1970, got ${shown(time)}.`, {
        value: time,
      });
    }
    this.#endAt(this.#connection.host.clock.now + at - Date.now(), "expired");
  }

  close(): void {
    this.#connection.end("closed");
  }

  fail(cause: unknown): void {
    this.#connection.fail(cause);
  }

  /** Ends the stream at a time of the clock, if nothing ends it before. */
  #endAt(at: number, reason: Deadline["reason"]): void {
    const { deadline } = this.#connection;
    if (deadline === undefined || at < deadline.at) this.#connection.deadline = { at, reason };
  }

  async #pipe(source: Source<ServerSentEvent>): Promise<void> {
    const connection = this.#connection;
    try {
      if (!(await pump(source, this))) return;
      // Without it a reader that reconnects by itself would have the source run again.
      if (connection.reconnects) connection.outbox.putNotice(END, true);
      connection.end("ended");
    } catch (cause) {
      connection.fail(cause);
    }
  }
}
