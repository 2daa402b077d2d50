/** The finest and the coarsest beat, in milliseconds. */
const FASTEST = 5;
const SLOWEST = 1_000;

/**
 * One timer for all streams of a hub: heartbeats, stall deadlines, retries. It runs only while there is something to
 * time, and does not keep the process alive.
 */
export class Clock {
  readonly #beat: () => void;
  readonly #interval: number;
  #users = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** Beats four times within the shortest of the given times, so that none is late by more than a quarter. */
  constructor(times: readonly number[], beat: () => void) {
    this.#interval = Math.max(
      FASTEST,
      Math.min(SLOWEST, ...times.filter((time) => time > 0).map((time) => time / 4)),
    );
    this.#beat = beat;
  }

  /** Milliseconds since an arbitrary start, as a small integer: cheap to store with every write. */
  get now(): number {
    return Math.trunc(performance.now());
  }

  /** Somebody needs the beat from here on, until as many calls of `stop`. */
  start(): void {
    if (this.#users++ > 0) return;
    this.#timer = setInterval(this.#beat, this.#interval);
    (this.#timer as { unref?: () => void }).unref?.();
  }

  stop(): void {
    if (--this.#users > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
