import { SseError, shown } from "./errors.ts";
import type { ServerSentEvent } from "./event.ts";
import { encode, type FrameRules } from "./frame.ts";
import { type Log, logFailed, type Mark, topicFinished } from "./log.ts";
import { finishNotice } from "./notice.ts";
import type { Position } from "./position.ts";
import type { Tail } from "./tail.ts";
import { checkedTopic } from "./topic.ts";

/** What may be said of an event besides what is in it. */
export interface PublishOptions {
  /**
   * What the event is the state of: a price, a presence. It replaces older events of its topic and key for readers
   * that lag or come back; live readers get all of them.
   * @default none: nothing replaces it
   */
  readonly key?: string;
}

/** The way of an event into the log. */
export class Publisher {
  readonly #log: Log;
  readonly #tail: Tail;
  readonly #rules: FrameRules;
  readonly #report: (error: SseError) => void;
  readonly #pending = new Set<Promise<Position>>();

  constructor(log: Log, tail: Tail, rules: FrameRules, report: (error: SseError) => void) {
    this.#log = log;
    this.#tail = tail;
    this.#rules = rules;
    this.#report = report;
  }

  publish(topic: string, event: ServerSentEvent, { key }: PublishOptions): Promise<Position> {
    const name = this.#going(topic);
    if (key !== undefined && typeof key !== "string") {
      throw new SseError("BAD_OPTION", `key must be a string, got ${shown(key)}.`, { value: key });
    }
    const { body, id } = encode(event, this.#rules);
    if (id !== undefined) {
      throw new SseError(
        "ID_CONFLICT",
        "The log gives the ids of published events: publish this one without.",
        {
          value: id,
        },
      );
    }
    return this.#append(name, body, key === undefined ? undefined : { key });
  }

  finish(topic: string): Promise<Position> {
    const name = this.#going(topic);
    return this.#append(name, finishNotice(name), { last: true });
  }

  /** Resolves when the log has answered for all that was published so far. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#pending);
  }

  #going(topic: string): string {
    const name = checkedTopic(topic);
    if (this.#tail.endOf([name]) !== undefined) throw topicFinished(name);
    return name;
  }

  #append(topic: string, body: Uint8Array, mark: Mark | undefined): Promise<Position> {
    const appending = this.#appendTo(topic, body, mark);
    this.#pending.add(appending);
    // The promise that is returned stays rejectable; this one keeps it from being an unhandled rejection.
    appending.then(
      (position) => {
        this.#pending.delete(appending);
        this.#tail.vouch(position);
      },
      (error: SseError) => {
        this.#pending.delete(appending);
        this.#report(error);
      },
    );
    return appending;
  }

  async #appendTo(topic: string, body: Uint8Array, mark: Mark | undefined): Promise<Position> {
    try {
      return await this.#log.append(topic, body, mark);
    } catch (cause) {
      if (cause instanceof SseError && cause.code === "TOPIC_FINISHED") throw cause;
      throw logFailed("The log did not take the event.", cause);
    }
  }
}
