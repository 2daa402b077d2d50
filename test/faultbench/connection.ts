import { connect, type Socket } from "node:net";
import { Wire, type WireEvents } from "./wire.ts";

/** How many bytes a slow reader takes at a time, one by one, and how long it then rests, in milliseconds. */
const SIP = 16;
const REST = 20;

export interface ConnectionOptions {
  readonly port: number;
  readonly path: string;
  readonly cursor: string | undefined;
  /** Whether it asks as a browser's EventSource does. */
  readonly native: boolean;
  /** Whether it takes its bytes one by one. */
  readonly slow: boolean;
}

/** One socket with one request on it, and the ways to mistreat it. */
export class Connection {
  /** Whether this side has begun to end it. */
  left = false;
  readonly slow: boolean;
  readonly #socket: Socket;
  #paused = false;
  #resting: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions, on: WireEvents, closed: () => void) {
    const { port, path, cursor, native, slow } = options;
    this.slow = slow;
    const wire = new Wire(on);
    let taken = 0;
    const sip = (bytes: number, buffer: Uint8Array): boolean => {
      wire.feed(Buffer.from(buffer.subarray(0, bytes)));
      if (++taken % SIP !== 0) return true;
      this.#resting = setTimeout(() => {
        if (!this.#paused) this.#socket.resume();
      }, REST);
      return false;
    };
    const onread = slow ? { onread: { buffer: Buffer.alloc(1), callback: sip } } : {};
    this.#socket = connect({ port, host: "127.0.0.1", ...onread });
    if (!slow) this.#socket.on("data", (bytes: Buffer) => wire.feed(bytes));
    this.#socket.on("error", () => {
      // Refused while the server restarts, or reset: "close" follows.
    });
    this.#socket.once("close", () => {
      clearTimeout(this.#resting);
      closed();
    });
    const last = cursor === undefined ? "" : `Last-Event-ID: ${cursor}\r\n`;
    const accept = native ? "text/event-stream" : "*/*";
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: ${accept}\r\n${last}\r\n`);
  }

  /** Takes nothing more for now. */
  stall(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#socket.resume();
  }

  /** The whole answer was read. */
  done(): void {
    this.#socket.destroy();
  }

  leave(): void {
    this.left = true;
    this.#socket.destroy();
  }

  reset(): void {
    this.left = true;
    this.#socket.resetAndDestroy();
  }

  /** Says that it will send nothing more, and goes on reading. */
  halfClose(): void {
    this.left = true;
    this.resume();
    this.#socket.end();
  }
}
