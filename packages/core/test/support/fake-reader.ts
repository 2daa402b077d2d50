import type { Batch } from "../../src/batch.ts";
import { NO_SEAT, type Reader } from "../../src/fan-out.ts";

/** A reader that keeps the batches it is given, and does what the test wants when it is called. */
export class FakeReader implements Reader {
  readonly topics: ReadonlySet<string>;
  live = true;
  turn = 0;
  mask = 0;
  seat: number = NO_SEAT;
  seats: number[] | undefined;
  readonly batches: Batch[] = [];
  woken = 0;
  interrupted = 0;
  finished = 0;
  ontake: (batch: Batch) => void = () => {};
  onwake: () => void = () => {};
  onfinish: () => void = () => {};

  constructor(...topics: readonly string[]) {
    this.topics = new Set(topics);
  }

  take(batch: Batch): void {
    this.batches.push(batch);
    this.ontake(batch);
  }

  wake(): void {
    this.woken++;
    this.onwake();
  }

  finish(): void {
    this.finished++;
    this.onfinish();
  }

  interrupt(): void {
    this.interrupted++;
    this.live = false;
  }

  /** What it was given, in order, as text. */
  get text(): string {
    return this.batches.map(({ bytes }) => new TextDecoder().decode(bytes)).join("");
  }
}
