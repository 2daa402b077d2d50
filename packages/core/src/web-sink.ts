import type { Sink, SinkOwner } from "./sink.ts";

/** How many bytes may wait in a web stream before its reader counts as slow. */
const HIGH_WATER_MARK = 16 * 1024;

/**
 * Writes to the body of a web `Response`. A default stream, not one of bytes: that would take the chunk's buffer away
 * from the other readers.
 */
export class WebSink implements Sink {
  owner: SinkOwner | undefined;
  readonly body: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #ended = false;
  #closed = false;
  #asked = false;
  #room: (() => void) | undefined;
  readonly #highWaterMark: number;

  constructor(signal: AbortSignal | undefined, highWaterMark: number = HIGH_WATER_MARK) {
    this.#highWaterMark = highWaterMark;
    // The source of the stream is the sink itself: three closures less for each stream.
    this.body = new ReadableStream<Uint8Array>(
      this,
      highWaterMark === 0 ? { highWaterMark } : { highWaterMark, size: byteLength },
    );
    // Which of the two tells of a reader that left depends on the runtime: some tell both, some one.
    signal?.addEventListener("abort", () => this.#leave(), { once: true });
    if (signal?.aborted === true) queueMicrotask(() => this.#leave());
  }

  /** Whether more was asked for since the last write: all of it was taken. */
  get drained(): boolean {
    return this.#asked;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended || this.#closed) return true;
    this.#asked = false;
    this.#controller?.enqueue(chunk);
    return this.#asked || this.#desired > 0;
  }

  ready(): Promise<void> {
    if (this.#closed || this.#asked || this.#desired > 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  close(now = false): void {
    if (this.#closed) return;
    this.#ended = true;
    if (now) {
      this.#controller?.error(new Error("The event stream was cut."));
      this.over(false);
    } else this.#finish();
  }

  /** The reader is gone: there is nobody whom an error of the body should reach. */
  #leave(): void {
    if (!this.#closed) this.#controller?.close();
    this.over(false);
  }

  get #desired(): number {
    return this.#controller?.desiredSize ?? 0;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  /** The stream asks for more. */
  pull(): void {
    this.#asked = true;
    if (this.#ended) this.#finish();
    else this.#makeRoom();
  }

  /** Who read the stream reads no more. */
  cancel(): void {
    this.over(false);
  }

  /** Closes once all of the queue was read: a web stream that is closed tells no more of how far it was. */
  #finish(): void {
    if (this.#closed || this.#desired < this.#highWaterMark) return;
    this.#controller?.close();
    this.over(true);
  }

  #makeRoom(): void {
    const room = this.#room;
    this.#room = undefined;
    room?.();
  }

  protected over(clean: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#makeRoom();
    this.owner?.onclose(clean);
  }
}

function byteLength(chunk: Uint8Array): number {
  return chunk.byteLength;
}
