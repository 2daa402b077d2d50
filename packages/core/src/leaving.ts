import type { ServerResponse } from "node:http";
import type { Http2ServerResponse, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { isHttp2 } from "./node-sink.ts";

// By number, so that this module loads where there is no node:http2.
const NO_ERROR = 0;

/**
 * Sees to it that a stream that opens is told when its reader has left, where Node would not tell.
 *
 * On HTTP/1.1 requests may be sent on before the first is answered, and Node runs their handlers and keeps their
 * answers; behind a stream they would never get out. A stream that is itself in that queue is cut at once, with its
 * connection, since a response there is not told when that is gone. What else there is behind a stream, Node bounds by
 * no longer reading; then nobody would see the reader leave, so the connection is cut there, too.
 *
 * On HTTP/2 a stream that is reset with `NO_ERROR` waits for its last writes, which go nowhere any more.
 */
export function seeLeaving(response: ServerResponse | Http2ServerResponse): void {
  if (isHttp2(response)) {
    // Bun calls a reset of our own by this code, too, and has no such writes to wait for.
    if (!("Bun" in globalThis)) response.stream.on("aborted", forget);
    return;
  }
  const { socket } = response.req;
  if (response.socket === null) {
    socket.destroy();
    response.destroy();
    return;
  }
  socket.on("pause", cut);
  response.on("close", release);
}

function cut(this: Socket): void {
  this.destroy();
}

/** Other resets are told; and one of our own must get out before its stream is destroyed. */
function forget(this: ServerHttp2Stream): void {
  if (this.rstCode === NO_ERROR) this.destroy();
}

/** After the stream the connection may be another response's. */
function release(this: ServerResponse): void {
  this.req.socket.off("pause", cut);
}
