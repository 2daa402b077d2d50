import type { Sink, SinkOwner } from "../../src/sink.ts";
import { type Received, received } from "./received.ts";

/**
 * A sink whose reader is the test: it takes `room` bytes and is full then, until the test reads. What is written is
 * kept whole, chunk by chunk.
 */
export class MemorySink implements Sink {
  owner: SinkOwner | undefined;
  /** Every chunk that was written, the very object. */
  readonly chunks: Uint8Array[] = [];
  /** How many bytes may wait for the reader before the sink is full. */
  room: number;
  /** Called after every write. */
  onwrite: () => void = () => {};
  ended = false;
  cut = false;
  closed = false;
  /** Thrown by every write, which no sink may do. */
  fault: Error | undefined;
  #unread = 0;
  #waiting: (() => void)[] = [];

  constructor(room: number = Number.POSITIVE_INFINITY) {
    this.room = room;
  }

  write(chunk: Uint8Array): boolean {
    if (this.fault !== undefined) throw this.fault;
    if (this.ended || this.closed) return true;
    this.chunks.push(chunk);
    this.#unread += chunk.byteLength;
    this.onwrite();
    return this.#unread < this.room;
  }

  ready(): Promise<void> {
    if (this.closed || this.#unread === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  close(now = false): void {
    if (this.closed) return;
    this.ended = true;
    this.cut ||= now;
    // Not within the call, as with a socket.
    if (now || this.#unread === 0 || this.room === Number.POSITIVE_INFINITY)
      queueMicrotask(() => this.#close(!now));
  }

  /** The reader takes all that waits. */
  read(): void {
    this.#unread = 0;
    this.#makeRoom();
    if (this.ended) this.#close(true);
  }

  /** The reader goes away. */
  leave(): void {
    this.#close(false);
  }

  get bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  /** What the reader makes of it. */
  get received(): Received[] {
    return received(this.bytes);
  }

  #close(clean: boolean): void {
    if (this.closed) return;
    this.closed = true;
    this.#makeRoom();
    this.owner?.onclose(clean);
  }

  #makeRoom(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
