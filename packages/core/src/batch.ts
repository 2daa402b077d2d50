import type { Framed } from "./log.ts";

/** Frames joined for one write, shared by every reader that they fit. */
export interface Batch {
  readonly bytes: Uint8Array;
  /** How many events are in it. */
  readonly events: number;
  /** The offset up to which a reader of it has had everything. */
  readonly last: number;
}

/** A reader may hold one batch that its socket has not taken, so this is also what a slow reader costs. */
export const MAX_BATCH_BYTES: number = 64 * 1024;

/** What a stream begins with may be more: the buffers of a fresh connection are empty, and each write is dear. */
export const MAX_FIRST_BATCH_BYTES: number = 128 * 1024;

/** Collects frames in log order and cuts them into batches. A single frame over the bound is a batch of its own. */
export class Joiner {
  readonly #batches: Batch[] = [];
  #frames: Uint8Array[] = [];
  #bytes = 0;
  #events = 0;
  #last = 0;
  #limit = MAX_BATCH_BYTES;

  /** `beginning`: what comes before the frames, and is none of them, where a stream begins. */
  constructor(beginning?: Uint8Array) {
    if (beginning === undefined) return;
    this.#frames.push(beginning);
    this.#bytes = beginning.byteLength;
    this.#limit = MAX_FIRST_BATCH_BYTES;
  }

  add(framed: Framed): void {
    if (this.full(framed)) this.#cut();
    this.#frames.push(framed.frame);
    this.#bytes += framed.frame.byteLength;
    this.#events++;
    this.#last = framed.offset;
  }

  /** Whether the frame would begin another batch. */
  full(framed: Framed): boolean {
    return this.#bytes > 0 && this.#bytes + framed.frame.byteLength > this.#limit;
  }

  /** All batches in order. The collector is spent. */
  batches(): readonly Batch[] {
    if (this.#frames.length > 0) this.#cut();
    return this.#batches;
  }

  #cut(): void {
    this.#batches.push({
      bytes: join(this.#frames, this.#bytes),
      events: this.#events,
      last: this.#last,
    });
    this.#frames = [];
    this.#bytes = 0;
    this.#events = 0;
    this.#limit = MAX_BATCH_BYTES;
  }
}

function join(frames: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = frames;
  if (frames.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const frame of frames) {
    bytes.set(frame, at);
    at += frame.byteLength;
  }
  return bytes;
}
