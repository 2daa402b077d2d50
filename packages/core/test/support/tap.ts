import type { ServerSentEvent } from "../../src/event.ts";

type Step = IteratorResult<ServerSentEvent, undefined>;

/** A source that gives what the test says, when it says so. */
export class Tap implements AsyncIterableIterator<ServerSentEvent, undefined> {
  /** How often it was asked for an event. */
  asked = 0;
  cancelled = false;
  /** What it was called with, if it was. */
  signal: AbortSignal | undefined;
  readonly #given: Step[] = [];
  readonly #waiting: ((step: Step) => void)[] = [];

  under(signal: AbortSignal): this {
    this.signal = signal;
    return this;
  }

  give(data: string): void {
    this.#put({ done: false, value: { data } });
  }

  end(): void {
    this.#put({ done: true, value: undefined });
  }

  next(): Promise<Step> {
    this.asked++;
    const step = this.#given.shift();
    if (step !== undefined) return Promise.resolve(step);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  async return(): Promise<Step> {
    this.cancelled = true;
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #put(step: Step): void {
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#given.push(step);
    else waiting(step);
  }
}
