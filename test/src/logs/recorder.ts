import type { Entry, Log, Position, SseError } from "@longwave/core";

/** A follower that keeps what it is delivered. */
export class Recorder {
  readonly entries: Entry[] = [];
  readonly broken: SseError[] = [];
  head: Position = { epoch: "", offset: 0 };
  finished: ReadonlyMap<string, number> = new Map();
  /** Called with each delivery, after it was kept. */
  ondeliver: (entries: readonly Entry[]) => void = () => {};
  #stop: () => Promise<void> = async () => {};
  #waiting: { readonly met: () => boolean; readonly resolve: () => void }[] = [];

  static async of(log: Log): Promise<Recorder> {
    const recorder = new Recorder();
    const following = await log.follow(
      (entries) => {
        recorder.entries.push(...entries);
        recorder.ondeliver(entries);
        recorder.#look();
      },
      (why) => {
        recorder.broken.push(why);
        recorder.#look();
      },
    );
    recorder.head = following.head;
    recorder.finished = following.finished;
    recorder.#stop = following.stop;
    return recorder;
  }

  get offsets(): number[] {
    return this.entries.map(({ offset }) => offset);
  }

  /** Resolves when as many entries came. */
  came(count: number): Promise<void> {
    return this.#until(() => this.entries.length >= count);
  }

  /** Resolves when it was told that the log is broken. */
  breaks(): Promise<void> {
    return this.#until(() => this.broken.length > 0);
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  #until(met: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ met, resolve });
      this.#look();
    });
  }

  #look(): void {
    for (const { met, resolve } of this.#waiting) if (met()) resolve();
    this.#waiting = this.#waiting.filter(({ met }) => !met());
  }
}
