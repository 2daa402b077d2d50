import type { ServerResponse } from "node:http";
import type { Http2ServerResponse, ServerHttp2Stream } from "node:http2";
import type { Socket } from "node:net";
import { isServing } from "./direct.ts";

/** What `node:http` hangs on a socket, and does not tell in its types. */
interface Serving extends Socket {
  readonly server?: { readonly httpAllowHalfOpen?: boolean };
  /** Null between two requests. */
  readonly _httpMessage?: ServerResponse | null;
}

// By number, so that this module loads where there is no node:http2.
const NO_ERROR = 0;

/**
 * Sees to it that a stream that opens on HTTP/1.1 is told when its reader has left, where Node would not tell, and that
 * its leaving costs little.
 *
 * Requests may be sent on before the first is answered, and Node runs their handlers and keeps their answers; behind a
 * stream they would never get out. A stream that is itself in that queue is cut at once, with its connection, since a
 * response there is not told when that is gone. What else there is behind a stream, Node bounds by no longer reading;
 * then nobody would see the reader leave, so the connection is cut there, too.
 */
export function seeLeaving(response: ServerResponse, socket: Socket): void {
  if (isServing(socket, response) || response.socket !== null) {
    socket.on("pause", cut);
    // TLS says goodbye in a way of its own.
    if (!("encrypted" in socket)) hearEndFirst(socket);
  } else {
    socket.destroy();
    response.destroy();
  }
}

/**
 * Before Node's own listener, and in the place of another: the one that `net` has for sockets that end with their
 * reader does nothing on those of an HTTP server, and with a third, their list would keep 150 bytes more.
 */
function hearEndFirst(socket: Socket): void {
  const [first] = socket.listeners("end") as (() => void)[];
  if (socket.allowHalfOpen && first?.name === "onReadableStreamEnd") socket.off("end", first);
  socket.prependListener("end", letGo);
}

/** After the stream its connection may be another response's. */
export function lookAway(socket: Socket): void {
  if (socket.destroyed) return;
  socket.off("pause", cut);
  socket.off("end", letGo);
}

/**
 * Does the same on HTTP/2, where a stream that is reset with `NO_ERROR` waits for its last writes, which go nowhere
 * any more.
 */
export function seeReset({ stream }: Http2ServerResponse): void {
  // Bun calls a reset of our own by this code, too, and has no such writes to wait for.
  if (!("Bun" in globalThis)) stream.on("aborted", forget);
}

function cut(this: Socket): void {
  this.destroy();
}

/**
 * Node would end its own half of the connection, wait until that is done, and then give the request an error: its stack
 * costs most of all, and nobody is there to read it.
 */
function letGo(this: Serving): void {
  const { server, _httpMessage: response } = this;
  // Left to Node: an application that goes on with half of a connection, an answer that is yet to get out, and a
  // request that was cut.
  if (server?.httpAllowHalfOpen === true || this.writableLength > 0) return;
  if (response?.writableEnded !== false || !response.req.complete) return;
  this.destroy();
  if (response.req.listenerCount("error") === 0) response.req.destroy();
}

/** Other resets are told; and one of our own must get out before its stream is destroyed. */
function forget(this: ServerHttp2Stream): void {
  if (this.rstCode === NO_ERROR) this.destroy();
}
