import { SseError } from "./errors.ts";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: SseError) => void;
}

/** Those who wait for room in one stream, or for its end. */
export class Waiters {
  readonly #waiting = new Set<Waiter>();
  #closed: boolean;
  #controller: AbortController | undefined;

  /** `closed` says that the stream is over already. */
  constructor(closed = false) {
    this.#closed = closed;
  }

  /** Aborted when the stream is over. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#closed) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /**
   * Resolves when there is room. Rejects with `CLOSED`; with `ABORTED`, or `TIMEOUT` when that is the signal's reason,
   * once the signal is aborted. A rejection that nobody handles is no unhandled one.
   */
  wait(signal: AbortSignal | undefined): Promise<void> {
    const waiting = this.#wait(signal);
    waiting.catch(() => {});
    return waiting;
  }

  resolve(): void {
    for (const waiter of this.#waiting) waiter.resolve();
  }

  /** The stream is over: rejects all who wait, and will. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.reject(closed());
    this.#controller?.abort();
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(closed());
      if (signal?.aborted === true) return reject(interrupted(signal));
      const leave = () => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener("abort", onabort);
      };
      const onabort = () => {
        leave();
        if (signal !== undefined) reject(interrupted(signal));
      };
      const waiter: Waiter = {
        resolve: () => {
          leave();
          resolve();
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      this.#waiting.add(waiter);
      signal?.addEventListener("abort", onabort);
    });
  }
}

function closed(): SseError {
  return new SseError("CLOSED", "The stream is over.");
}

function interrupted(signal: AbortSignal): SseError {
  const reason: unknown = signal.reason;
  const timedOut =
    typeof reason === "object" && reason !== null && Reflect.get(reason, "name") === "TimeoutError";
  return timedOut
    ? new SseError("TIMEOUT", "The reader made no room in time.", { cause: reason })
    : new SseError("ABORTED", "Waiting for room was aborted.", { cause: reason });
}
