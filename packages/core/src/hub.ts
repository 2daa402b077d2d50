import { Clock } from "./clock.ts";
import type { DrainOptions, DrainReport } from "./drain.ts";
import { SseError } from "./errors.ts";
import type { EventOf, ServerSentEvent, SseEvents } from "./event.ts";
import type { Exchange } from "./exchange.ts";
import { Handle } from "./handle.ts";
import type { Limits } from "./limits.ts";
import { type HubOptions, type Settings, settingsOf } from "./options.ts";
import { type Position, toCursor } from "./position.ts";
import { type Outlet, type ProduceOptions, Producer } from "./producer.ts";
import { Publisher, type PublishOptions } from "./publisher.ts";
import type { Source } from "./source.ts";
import type { EventStream } from "./stream.ts";
import { Streams } from "./streams.ts";
import { Tail } from "./tail.ts";
import { checkedTopic } from "./topic.ts";

/** How long a reader that is behind is waited for, in milliseconds. */
const PATIENCE = 1_000;

/** The verbs of a hub: on the hub itself, and on what every adapter's `sse(options)` returns. */
export interface HubVerbs<Events = SseEvents> {
  /**
   * Publishes an event to all readers of a topic, now and when they come back. It is encoded once for all of them.
   *
   * @returns its position, once the log has it. A rejection (`LOG_FAILED`) that nobody handles ends no process.
   * @throws {SseError} at once what is the caller's fault: `BAD_*`, `EVENT_TOO_LARGE`, `ID_CONFLICT`, `TOPIC_FINISHED`,
   * `HUB_CLOSED`
   */
  publish(topic: string, event: EventOf<Events>, options?: PublishOptions): Promise<Position>;
  /**
   * Ends a topic: its readers get the rest, an event `finish`, and the end of their stream once all of its topics are
   * finished; who comes back then is answered 204. Who comes late reads it from its start, while the log has it.
   * @throws {SseError} `BAD_TOPIC`, `TOPIC_FINISHED`, `HUB_CLOSED`
   */
  finish(topic: string): Promise<Position>;
  /**
   * Fills a topic from a source and then finishes it, whoever reads it: an answer that is being generated, an export.
   * A source runs once for each topic; asked again, the promise is that of the first.
   * @returns resolves when the topic is finished. It does not reject: what fails is the observer's, and readers get an
   * event `failed` that says no more
   * @throws {SseError} `BAD_TOPIC`, `BAD_SOURCE`, `HUB_CLOSED`
   */
  produce(topic: string, source: Source<EventOf<Events>>, options?: ProduceOptions): Promise<void>;
  /** Changes limits; those not named stay. Streams that are open are left alone. @throws {SseError} `BAD_OPTION` */
  limit(limits: Limits): void;
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
   * Empties the hub for a deploy: takes no new streams, sends subscribed readers away in batches spread over the time,
   * lets streams of `send` and `pipe` run to their own end until then, and closes. Idempotent.
   * @returns resolves when every stream's bytes went out or, after `closeTimeout`, were cut
   * @throws {SseError} `BAD_OPTION`
   */
  drain(options?: DrainOptions): Promise<DrainReport>;
  /**
   * Drains within no time. Ends every stream, so that readers come back elsewhere, and lets go of the log. Resolves when every stream's bytes
   * went out or, after `closeTimeout`, were cut. Idempotent.
   */
  close(): Promise<void>;
}

/** Topics, the tail, and the open streams. One hub serves any number of routes and frameworks. */
export class Hub<Events = SseEvents> implements HubVerbs<Events> {
  readonly #settings: Settings;
  readonly #tail: Tail;
  readonly #clock: Clock;
  readonly #streams: Streams;
  readonly #publisher: Publisher;
  readonly #producers = new Map<string, Producer>();
  #closing: Promise<DrainReport> | undefined;
  #closed = false;

  /** @throws {SseError} `BAD_OPTION` */
  constructor(options: HubOptions = {}) {
    this.#settings = settingsOf(options);
    const { heartbeat, stallTimeout, closeTimeout, maxAge, idleTimeout, log } = this.#settings;
    this.#clock = new Clock([heartbeat, stallTimeout, closeTimeout, maxAge, idleTimeout], () => this.#tick());
    this.#tail = new Tail(log, (error) => this.#streams.report(error, undefined), this.#settings.window);
    this.#streams = new Streams(this.#settings, this.#tail, this.#clock);
    this.#publisher = new Publisher(log, this.#tail, this.#settings, (error) =>
      this.#streams.report(error, undefined),
    );
    // A first failure is reported, and whoever subscribes tries again.
    void this.#tail.follow().catch(() => {});
  }

  get streams(): Iterable<EventStream<Events>> & { readonly size: number } {
    const { open } = this.#streams;
    return {
      size: open.size,
      *[Symbol.iterator]() {
        // The application may have ended one on its way to it.
        for (const { handle } of open.all())
          if (handle.state !== "closed") yield handle as EventStream<unknown> as EventStream<Events>;
      },
    };
  }

  /** The stream that an exchange may become. It opens at its first verb. */
  stream(exchange: Exchange): EventStream<Events> {
    return new Handle(this.#streams, exchange) as EventStream<unknown> as EventStream<Events>;
  }

  publish(topic: string, event: EventOf<Events>, options: PublishOptions = {}): Promise<Position> {
    this.#assertNotClosed();
    return this.#publisher.publish(topic, event, options);
  }

  finish(topic: string): Promise<Position> {
    this.#assertNotClosed();
    return this.#publisher.finish(topic);
  }

  produce(topic: string, source: Source<EventOf<Events>>, options: ProduceOptions = {}): Promise<void> {
    this.#assertNotClosed();
    const name = checkedTopic(topic);
    const running = this.#producers.get(name);
    if (running !== undefined) return running.done;
    if (this.#tail.endOf([name]) !== undefined) return Promise.resolve();
    const producer = new Producer(name, source as Source<ServerSentEvent>, this.#outlet(), options);
    this.#producers.set(name, producer);
    this.#clock.start();
    return producer.done.finally(() => {
      this.#producers.delete(name);
      this.#clock.stop();
    });
  }

  limit(limits: Limits): void {
    this.#streams.admission.limit(limits);
  }

  async cursor(): Promise<string> {
    await this.#tail.follow();
    return toCursor(this.#tail.newest);
  }

  async settled({ patience = PATIENCE }: { readonly patience?: number } = {}): Promise<void> {
    await this.#publisher.settled();
    await this.#tail.reached(this.#tail.newest);
    await this.#streams.settled(patience);
  }

  drain(options: DrainOptions = {}): Promise<DrainReport> {
    // Asked again, it can only be sooner.
    const drained = this.#streams.drain(options);
    if (this.#closing === undefined) {
      this.#closing = this.#close(drained);
      this.#closing.catch(() => {});
    }
    return this.#closing;
  }

  async close(): Promise<void> {
    await this.drain({ within: 0 });
  }

  async #close(drained: Promise<DrainReport>): Promise<DrainReport> {
    const report = await drained;
    this.#closed = true;
    const producers = [...this.#producers.values()];
    for (const producer of producers) producer.cancel();
    // Their topics end in the log before it is let go of.
    await Promise.all(producers.map(({ done }) => done));
    await this.#tail.close();
    if (this.#settings.ownLog) await this.#settings.log.close();
    return report;
  }

  #assertNotClosed(): void {
    if (this.#closed) throw new SseError("HUB_CLOSED", "The hub is closed.", { status: 503 });
  }

  #tick(): void {
    this.#tail.tick();
    this.#streams.tick();
    for (const producer of this.#producers.values()) producer.tick();
  }

  /** What a producer may do with the hub. */
  #outlet(): Outlet {
    return {
      clock: this.#clock,
      publisher: this.#publisher,
      finished: async (topic) => {
        await this.#tail.follow().catch(() => {});
        return this.#tail.endOf([topic]) !== undefined;
      },
      reached: (position) => this.#tail.reached(position),
      settled: async (topic) => {
        await this.#tail.reached(this.#tail.newest);
        await this.#streams.settled(PATIENCE, topic);
      },
      readersOf: (topic) => this.#tail.fanOut.readersOf(topic),
      report: (error) => this.#streams.report(error, undefined),
    };
  }
}
