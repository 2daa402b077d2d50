import { Histogram } from "./histogram.ts";

/** What the readers of one step have had. */
export interface Result {
  readonly events: number;
  readonly bytes: number;
  /** Events that did not come. */
  readonly lost: number;
  /** Events that came after a later one, or twice. */
  readonly disorder: number;
  /** From the first event to the last, in milliseconds. */
  readonly ms: number;
  /** From making an event to reading it, in milliseconds. */
  readonly p50: number | undefined;
  readonly p99: number | undefined;
}

/** Adds up one step: each of its readers is to have `wanted` events, numbered from 0. */
export class Tally {
  readonly wanted: number;
  readonly readers: number;
  events = 0;
  bytes = 0;
  disorder = 0;
  #first = 0;
  #last = 0;
  #complete = 0;
  readonly #latency = new Histogram();
  #done: (() => void) | undefined;

  constructor(readers: number, wanted: number) {
    this.readers = readers;
    this.wanted = wanted;
  }

  /** Some bytes were read, at a time in microseconds. */
  read(bytes: number, now: number): void {
    if (this.#first === 0) this.#first = now;
    this.#last = now;
    this.bytes += bytes;
  }

  /** One event, made at a time in microseconds. */
  event(made: number, now: number): void {
    this.events++;
    if (now >= made) this.#latency.add(now - made);
  }

  /** A reader has had the last it wanted. */
  completed(): void {
    this.#complete++;
    if (this.#complete === this.readers) this.#done?.();
  }

  /** When all readers are complete, or nothing came for `quiet` milliseconds, or after `limit` of them. */
  async result({ quiet, limit }: { readonly quiet: number; readonly limit: number }): Promise<Result> {
    await this.#over(quiet, limit);
    return {
      events: this.events,
      bytes: this.bytes,
      lost: this.readers * this.wanted - this.events,
      disorder: this.disorder,
      ms: (this.#last - this.#first) / 1_000,
      p50: inMs(this.#latency.quantile(0.5)),
      p99: inMs(this.#latency.quantile(0.99)),
    };
  }

  #over(quiet: number, limit: number): Promise<void> {
    if (this.#complete >= this.readers) return Promise.resolve();
    return new Promise((resolve) => {
      let seen = this.events;
      const idle = setInterval(() => {
        if (this.events === seen) end();
        seen = this.events;
      }, quiet);
      const late = setTimeout(() => end(), limit);
      const end = () => {
        clearInterval(idle);
        clearTimeout(late);
        resolve();
      };
      this.#done = end;
    });
  }
}

function inMs(micros: number | undefined): number | undefined {
  return micros === undefined ? undefined : micros / 1_000;
}
