import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import { chunked } from "./chunked.ts";
import { directSocket, forgetHead } from "./direct.ts";
import { isHttp2 } from "./http2.ts";
import { lookAway } from "./leaving.ts";
import type { Sink, SinkOwner } from "./sink.ts";

// By number, so that this module loads where there is no node:http2.
const NO_ERROR = 0;
const CANCEL = 8;

/** Writes to a response whose head was sent: straight to its socket where that is allowed, else by the response. */
export class NodeSink implements Sink {
  owner: SinkOwner | undefined;
  readonly #response: ServerResponse | Http2ServerResponse;
  /** Set while the body may be written there. */
  #socket: Socket | undefined;
  /** Set when a middleware encodes the body, and holds it back until it is told to flush. */
  readonly #flush: (() => void) | undefined;
  #ended = false;
  #cut = false;
  #closed = false;
  #room: (() => void) | undefined;

  constructor(response: ServerResponse | Http2ServerResponse) {
    this.#response = response;
    // One function for both, bound: a closure is twice as large.
    const hear = this.#hear.bind(this);
    response.on("close", hear);
    if (!isHttp2(response)) this.#socket = directSocket(response);
    if (this.#socket !== undefined) {
      // Ended by somebody else, its connection may be another response's in no time. To be told is cheaper than to
      // look at the response with each write.
      response.on("prefinish", hear);
      forgetHead(response as ServerResponse);
    }
    const { flush } = response as { flush?: () => void };
    if (typeof flush === "function" && response.hasHeader("content-encoding"))
      this.#flush = () => flush.call(response);
    // The reader may have left while the log was asked; then "close" is past.
    if (isGone(response)) queueMicrotask(() => this.#over());
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended || this.#closed) return true;
    const socket = this.#socket;
    // A write of a whole buffer asks for a drain even when all of it went out.
    if (socket !== undefined) return socket.write(chunked(chunk)) || socket.writableLength === 0;
    if (this.#response.finished) return true;
    const roomy = (this.#response as Writable).write(chunk);
    this.#flush?.();
    // Behind an encoder nobody can tell what went out.
    return roomy || (this.#flush === undefined && waiting(this.#response) === 0);
  }

  ready(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#room = resolve;
      (this.#socket ?? this.#response).once("drain", resolve);
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

  /** The response was ended, or it is over. */
  #hear(): void {
    if (isHttp2(this.#response) || this.#response.destroyed) this.#over();
    else this.#socket = undefined;
  }

  #over(): void {
    if (this.#closed) return;
    this.#closed = true;
    const room = this.#room;
    if (room !== undefined) {
      this.#socket?.off("drain", room);
      room();
    }
    lookAway(this.#response);
    this.owner?.onclose(this.#ended && !this.#cut && isFinished(this.#response));
  }
}

function isGone(response: ServerResponse | Http2ServerResponse): boolean {
  return isHttp2(response) ? response.stream.destroyed : response.destroyed;
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
