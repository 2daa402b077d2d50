import { Clock } from "./clock.ts";
import { SseError } from "./errors.ts";
import type { EventOf, SseEvents } from "./event.ts";
import type { Exchange } from "./exchange.ts";
import { encode } from "./frame.ts";
import { Handle } from "./handle.ts";
import type { Host, Hosted } from "./host.ts";
import { logFailed } from "./log.ts";
import { type Observer, observe, type StreamRecord, warn } from "./observer.ts";
import { type HubOptions, type Settings, settingsOf } from "./options.ts";
import { newEpoch, type Position, toCursor } from "./position.ts";
import type { EventStream } from "./stream.ts";
import { Tail } from "./tail.ts";
import { checkedTopic } from "./topic.ts";

/** The verbs of a hub: on the hub itself, and on what every adapter's `sse(options)` returns. */
export interface HubVerbs<Events = SseEvents> {
  /**
   * Publishes an event to all readers of a topic, now and when they come back. It is encoded once for all of them.
   *
   * @returns its position, once the log has it. A rejection (`LOG_FAILED`) that nobody handles ends no process.
   * @throws {SseError} at once what is the caller's fault: `BAD_*`, `EVENT_TOO_LARGE`, `ID_CONFLICT`, `HUB_CLOSED`
   */
  publish(topic: string, event: EventOf<Events>): Promise<Position>;
  /**
   * The cursor of now. Take it before you read a snapshot, and give it as `from` to `subscribe`: overlap is possible,
   * loss is not.
   * @throws {SseError} (as a rejection) `LOG_FAILED`
   */
  cursor(): Promise<string>;
  /**
   * Resolves when the readers that keep up have taken what was published: a fast producer's brake. A reader that has
   * been behind for `patience` milliseconds is not waited for.
   */
  settled(options?: { readonly patience?: number }): Promise<void>;
  /** The open streams, those that are about to end included. */
  readonly streams: Iterable<EventStream<Events>> & { readonly size: number };
  /**
   * Ends every stream, so that readers come back elsewhere, and lets go of the log. Resolves when every stream's bytes
   * went out or, after `closeTimeout`, were cut. Idempotent.
   */
  close(): Promise<void>;
}

/** Topics, the tail, and the open streams. One hub serves any number of routes and frameworks. */
export class Hub<Events = SseEvents> implements HubVerbs<Events> {
  readonly #settings: Settings;
  readonly #tail: Tail;
  readonly #clock: Clock;
  readonly #connections = new Set<Hosted>();
  readonly #host: Host;
  readonly #name = newEpoch().slice(0, 6);
  readonly #warned = new Set<string>();
  readonly #appends = new Set<Promise<Position>>();
  #named = 0;
  #closing: Promise<void> | undefined;
  #emptied: (() => void) | undefined;

  /** @throws {SseError} `BAD_OPTION` */
  constructor(options: HubOptions = {}) {
    this.#settings = settingsOf(options);
    const { heartbeat, stallTimeout, closeTimeout, log } = this.#settings;
    this.#clock = new Clock([heartbeat, stallTimeout, closeTimeout], () => this.#tick());
    this.#tail = new Tail(log, (error) => this.#report(error, undefined));
    this.#host = this.#makeHost();
    // A first failure is reported, and whoever subscribes tries again.
    void this.#tail.follow().catch(() => {});
  }

  get streams(): Iterable<EventStream<Events>> & { readonly size: number } {
    const connections = this.#connections;
    return {
      size: connections.size,
      *[Symbol.iterator]() {
        for (const { handle } of connections) yield handle as EventStream<unknown> as EventStream<Events>;
      },
    };
  }

  /** The stream that an exchange may become. It opens at its first verb. */
  stream(exchange: Exchange): EventStream<Events> {
    return new Handle(this.#host, exchange) as EventStream<unknown> as EventStream<Events>;
  }

  publish(topic: string, event: EventOf<Events>): Promise<Position> {
    if (this.#closing !== undefined) throw new SseError("HUB_CLOSED", "The hub is closed.", { status: 503 });
    const name = checkedTopic(topic);
    const { body, id } = encode(event, this.#settings);
    if (id !== undefined) {
      throw new SseError(
        "ID_CONFLICT",
        "The log gives the ids of published events: publish this one without.",
        { value: id },
      );
    }
    const append = this.#append(name, body);
    this.#appends.add(append);
    // The promise that is returned stays rejectable; this one keeps it from being an unhandled rejection.
    append.then(
      (position) => {
        this.#appends.delete(append);
        this.#tail.vouch(position);
      },
      (error: SseError) => {
        this.#appends.delete(append);
        this.#report(error, undefined);
      },
    );
    return append;
  }

  async cursor(): Promise<string> {
    await this.#tail.follow();
    return toCursor(this.#tail.newest);
  }

  async settled({ patience = 1_000 }: { readonly patience?: number } = {}): Promise<void> {
    await Promise.allSettled(this.#appends);
    await this.#tail.reached(this.#tail.newest);
    const since = this.#clock.now - patience;
    const behind: Promise<void>[] = [];
    for (const { subscription } of this.#connections) {
      if (subscription !== undefined && !subscription.live && subscription.behindSince > since)
        behind.push(subscription.settled());
    }
    if (behind.length === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([Promise.all(behind), enough]);
    clearTimeout(timer);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    for (const connection of this.#connections) connection.end("shutdown");
    if (this.#connections.size > 0) await emptied;
    await this.#tail.close();
    if (this.#settings.ownLog) await this.#settings.log.close();
  }

  async #append(topic: string, body: Uint8Array): Promise<Position> {
    try {
      return await this.#settings.log.append(topic, body);
    } catch (cause) {
      throw logFailed("The log did not take the event.", cause);
    }
  }

  #tick(): void {
    this.#tail.tick();
    for (const connection of this.#connections) connection.tick();
  }

  #tell(call: (observer: Observer, stream: StreamRecord) => void, connection: Hosted): void {
    const { observer } = this.#settings;
    if (observer !== undefined) observe(() => call(observer, connection.record));
  }

  #report(error: SseError, connection: Hosted | undefined): void {
    const { observer } = this.#settings;
    if (observer?.error !== undefined) {
      observe(() => observer.error?.(error, connection?.record));
    } else if (!this.#warned.has(error.code)) {
      this.#warned.add(error.code);
      const { cause } = error;
      warn(
        error.code,
        `${error.message} ${cause instanceof Error ? (cause.stack ?? cause.message) : ""} (Only the first of this kind is shown; set an observer to hear of all.)`,
      );
    }
  }

  /** What connections may do with the hub, and its users may not. */
  #makeHost(): Host {
    return {
      settings: this.#settings,
      tail: this.#tail,
      clock: this.#clock,
      closed: () => this.#closing !== undefined,
      name: () => `${this.#name}-${(++this.#named).toString(36)}`,
      opened: (connection) => {
        this.#connections.add(connection);
        this.#clock.start();
        this.#tell((observer, stream) => observer.open?.(stream), connection);
      },
      ended: (connection, clean) => {
        this.#connections.delete(connection);
        const { closeReason: reason = "left" } = connection;
        this.#tell(
          (observer, stream) => observer.close?.({ ...stream, closedAt: Date.now(), reason, clean }),
          connection,
        );
        if (this.#connections.size > 0) return;
        this.#clock.stop();
        this.#emptied?.();
      },
      tell: (call, connection) => this.#tell(call, connection),
      report: (error, connection) => this.#report(error, connection),
    };
  }
}
