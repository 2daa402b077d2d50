import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Writable } from "node:stream";
import { isHttp2 } from "./http2.ts";
import { lookAway } from "./leaving.ts";
import type { Sink, SinkOwner } from "./sink.ts";

// By number, so that this module loads where there is no node:http2.
const NO_ERROR = 0;
const CANCEL = 8;

/** Writes to a response whose head was sent: through the response, and through what a middleware has put before it. */
export class NodeSink implements Sink {
  owner: SinkOwner | undefined;
  readonly #response: ServerResponse | Http2ServerResponse;
  /** Set when a middleware encodes the body, and holds it back until it is told to flush. */
  readonly #flush: (() => void) | undefined;
  #ended = false;
  #cut = false;
  #closed = false;
  #room: (() => void) | undefined;

  constructor(response: ServerResponse | Http2ServerResponse) {
    this.#response = response;
    response.on("close", this.#over.bind(this));
    const { flush } = response as { flush?: () => void };
    if (typeof flush === "function" && response.hasHeader("content-encoding"))
      this.#flush = () => flush.call(response);
    // The reader may have left while the log was asked; then "close" is past.
    if (isGone(response)) queueMicrotask(() => this.#over());
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended || this.#closed) return true;
    const response = this.#response;
    if (response.finished) return false;
    const roomy = (response as Writable).write(chunk);
    this.#flush?.();
    // Behind an encoder nobody can tell what went out. On a connection that is gone nothing waits, and nothing goes out.
    return roomy || (this.#flush === undefined && waiting(response) === 0 && !isLost(response));
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

  #over(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#room?.();
    if (!isHttp2(this.#response)) lookAway(this.#response.req.socket);
    this.owner?.onclose(this.#ended && !this.#cut && isFinished(this.#response));
  }
}

function isGone(response: ServerResponse | Http2ServerResponse): boolean {
  return isHttp2(response) ? response.stream.destroyed : response.destroyed;
}

/** Also before a response is told that its connection is gone. */
function isLost(response: ServerResponse | Http2ServerResponse): boolean {
  return isHttp2(response) ? response.stream.destroyed : response.req.socket.destroyed;
}

function waiting(response: ServerResponse | Http2ServerResponse): number {
  return isHttp2(response) ? response.stream.writableLength : response.writableLength;
}

/** On HTTP/2 a response is "finished" when the reader resets it, too. */
function isFinished(response: ServerResponse | Http2ServerResponse): boolean {
  return isHttp2(response) ? response.stream.rstCode === NO_ERROR : response.writableFinished;
}

function cut(response: ServerResponse | Http2ServerResponse): void {
  if (isHttp2(response)) response.stream.close(CANCEL);
  else response.destroy();
}
