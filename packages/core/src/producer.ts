import type { Clock } from "./clock.ts";
import { applicationFailed, type SseError } from "./errors.ts";
import type { ServerSentEvent } from "./event.ts";
import { FAILED } from "./notice.ts";
import type { Position } from "./position.ts";
import type { Publisher } from "./publisher.ts";
import { pump } from "./pump.ts";
import { checkSource, type Source } from "./source.ts";

/** How a detached source is run. */
export interface ProduceOptions {
  /**
   * How long the source runs on when its topic has no reader, in milliseconds; then it is cancelled.
   * @default false: to its end
   */
  readonly grace?: number | false;
}

/** What a producer publishes through. */
export interface Outlet {
  readonly clock: Clock;
  readonly publisher: Publisher;
  /** Whether the log knows that the topic is finished already. */
  finished(topic: string): Promise<boolean>;
  /** Resolves when this process knows of what the log has up to a position. */
  reached(position: Position): Promise<void>;
  /** Resolves when the readers of a topic that keep up have taken what was published. */
  settled(topic: string): Promise<void>;
  readersOf(topic: string): number;
  report(error: SseError): void;
}

/** A source that fills a topic of its own and then finishes it, whoever reads it, or nobody. */
export class Producer {
  readonly topic: string;
  readonly done: Promise<void>;
  readonly #outlet: Outlet;
  readonly #grace: number;
  readonly #controller = new AbortController();
  #readAt: number;

  /** @throws {SseError} `BAD_SOURCE` */
  constructor(
    topic: string,
    source: Source<ServerSentEvent>,
    outlet: Outlet,
    { grace = false }: ProduceOptions,
  ) {
    checkSource(source);
    this.topic = topic;
    this.#outlet = outlet;
    this.#grace = grace === false ? Number.POSITIVE_INFINITY : grace;
    this.#readAt = outlet.clock.now;
    this.done = this.#run(source);
  }

  cancel(): void {
    this.#controller.abort();
  }

  /** One beat of the clock. */
  tick(): void {
    const { clock } = this.#outlet;
    if (this.#outlet.readersOf(this.topic) > 0) this.#readAt = clock.now;
    else if (clock.now - this.#readAt >= this.#grace) this.cancel();
  }

  async #run(source: Source<ServerSentEvent>): Promise<void> {
    const { topic } = this;
    const outlet = this.#outlet;
    const { publisher } = outlet;
    // After a restart it is the log that knows.
    if (await outlet.finished(topic)) return;
    let whole = false;
    let published: Promise<Position> | undefined;
    try {
      whole = await pump(source, {
        signal: this.#controller.signal,
        send: (event: ServerSentEvent) => {
          published = publisher.publish(topic, event, {});
          return false;
        },
        // No faster than the log takes it, and its readers.
        ready: async () => {
          await published;
          await outlet.settled(topic);
        },
      });
    } catch (cause) {
      const error = applicationFailed(cause);
      // That is reported already.
      if (error.code !== "LOG_FAILED") outlet.report(error);
    }
    try {
      // A late comer must not take a part for the whole.
      if (!whole) await publisher.publish(topic, FAILED, {});
      // Until this process knows of the end, the source would be run again for whoever asks.
      await outlet.reached(await publisher.finish(topic));
    } catch {
      // The log did not take it, and that is reported already; or the topic was finished by somebody else.
    }
  }
}
