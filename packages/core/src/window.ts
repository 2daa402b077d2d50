import { type Batch, Joiner } from "./batch.ts";
import { Latest } from "./latest.ts";
import type { Framed } from "./log.ts";
import { Ring } from "./ring.ts";

/** How much of the newest is at hand without asking the log. */
export interface WindowBounds {
  readonly events: number;
  readonly bytes: number;
}

/** Resume rests on the log's own bounds, not on these; a log that keeps less has a smaller window. */
export const WINDOW: WindowBounds = { events: 2_048, bytes: 2 * 1024 * 1024 };
/** How many reads are remembered for other readers at the same place. */
const MAX_READS = 16;

const NO_BYTES = new Uint8Array(0);

/** The newest frames in one epoch, dense by offset, and what readers at the same place in them share. */
export class Window {
  readonly epoch: string;
  readonly #ring = new Ring<Framed>();
  readonly #latest = new Latest();
  readonly #reads = new Map<string, Batch>();
  #newest: number;
  #bytes = 0;

  readonly #bounds: WindowBounds;

  constructor(epoch: string, newest: number, bounds: WindowBounds = WINDOW) {
    this.epoch = epoch;
    this.#newest = newest;
    this.#bounds = bounds;
  }

  get newest(): number {
    return this.#newest;
  }

  /** The oldest offset held; one beyond the newest when there is none. */
  get first(): number {
    return this.#newest - this.#ring.length + 1;
  }

  /** The mean size of a frame, for judging how many to ask the log for. */
  get averageBytes(): number {
    return this.#ring.length === 0 ? 256 : this.#bytes / this.#ring.length;
  }

  push(framed: Framed): void {
    this.#newest = framed.offset;
    this.#ring.push(framed);
    this.#bytes += framed.frame.byteLength;
    this.#latest.add(framed);
  }

  /** Lets go of the oldest over the bounds, but of nothing beyond `head`, which has yet to go out. */
  trim(head: number): void {
    while (
      (this.#ring.length > this.#bounds.events || this.#bytes > this.#bounds.bytes) &&
      this.first <= head
    ) {
      const oldest = this.#ring.shift();
      if (oldest === undefined) return;
      this.#bytes -= oldest.frame.byteLength;
      this.#latest.delete(oldest);
    }
  }

  /**
   * The next batch of the topics after `offset` and up to `head`; `first` must be at most the next offset. Its `last`
   * moves on even when it has no event; what a newer entry of its key replaces is left out. The key is the same for the
   * same topics, and so is `beginning` for all streams that begin at the same offset.
   */
  read(
    offset: number,
    head: number,
    topics: ReadonlySet<string>,
    key: string,
    beginning?: Uint8Array,
  ): Batch {
    const place = `${offset} ${head} ${beginning?.byteLength} ${key}`;
    const known = this.#reads.get(place);
    if (known !== undefined) return known;
    const joiner = new Joiner(beginning);
    const { first } = this;
    let last = head;
    for (let at = offset + 1; at <= head; at++) {
      const framed = this.#ring.at(at - first);
      if (framed === undefined || !topics.has(framed.topic) || this.#latest.replaces(framed, head)) continue;
      if (joiner.full(framed)) {
        last = at - 1;
        break;
      }
      joiner.add(framed);
    }
    const joined = joiner.batches()[0];
    const batch = { bytes: joined?.bytes ?? NO_BYTES, events: joined?.events ?? 0, last };
    if (this.#reads.size >= MAX_READS) this.forgetReads();
    this.#reads.set(place, batch);
    return batch;
  }

  /** Lets go of the joined bytes that were kept for other readers. */
  forgetReads(): void {
    this.#reads.clear();
  }
}
