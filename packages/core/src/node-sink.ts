import type { ServerResponse } from "node:http";
import { constants, type Http2ServerResponse } from "node:http2";
import type { Writable } from "node:stream";
import type { Sink } from "./sink.ts";

/** Writes to a response whose head was sent. */
export class NodeSink implements Sink {
  onclose: ((clean: boolean) => void) | null = null;
  readonly #response: ServerResponse | Http2ServerResponse;
  /** Set when a middleware encodes the body, and holds it back until it is told to flush. */
  readonly #flush: (() => void) | undefined;
  #ended = false;
  #cut = false;
  #closed = false;
  #room: (() => void) | undefined;

  constructor(response: ServerResponse | Http2ServerResponse) {
    this.#response = response;
    const { flush } = response as { flush?: () => void };
    if (typeof flush === "function" && response.hasHeader("content-encoding"))
      this.#flush = () => flush.call(response);
    // A write that comes after the end is reported here too, and would end the process if nobody listened.
    response.on("error", () => {});
    response.on("close", () => this.#onclose());
    // The reader may have left while the log was asked; then "close" is past.
    if (isGone(response)) queueMicrotask(() => this.#onclose());
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended || this.#closed) return true;
    const roomy = (this.#response as Writable).write(chunk);
    this.#flush?.();
    // A write of a whole buffer asks for a drain even when all of it went out. Behind an encoder nobody can tell.
    return roomy || (this.#flush === undefined && waiting(this.#response) === 0);
  }

  ready(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#room = resolve;
      this.#response.once("drain", resolve);
    });
  }

  close(now = false): void {
    if (this.#closed || (this.#ended && !now) || this.#cut) return;
    this.#ended = true;
    if (now) {
      this.#cut = true;
      cut(this.#response);
    } else this.#response.end();
  }

  #onclose(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#room?.();
    this.onclose?.(this.#ended && !this.#cut && isFinished(this.#response));
  }
}

export function isHttp2(response: ServerResponse | Http2ServerResponse): response is Http2ServerResponse {
  return "stream" in response;
}

function isGone(response: ServerResponse | Http2ServerResponse): boolean {
  return isHttp2(response) ? response.stream.destroyed : response.destroyed;
}

function waiting(response: ServerResponse | Http2ServerResponse): number {
  return isHttp2(response) ? response.stream.writableLength : response.writableLength;
}

/** On HTTP/2 a response is "finished" when the reader resets it, too. */
function isFinished(response: ServerResponse | Http2ServerResponse): boolean {
  return isHttp2(response)
    ? response.stream.rstCode === constants.NGHTTP2_NO_ERROR
    : response.writableFinished;
}

function cut(response: ServerResponse | Http2ServerResponse): void {
  if (isHttp2(response)) response.stream.close(constants.NGHTTP2_CANCEL);
  else response.destroy();
}
