import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Keeps the connection of a stream that opens from being piled up behind it. Requests may be sent on before the first
 * is answered, and Node runs their handlers and keeps their answers; behind a stream they would never get out.
 *
 * A stream that is itself behind another response is cut at once, with its connection: Node does not tell a response
 * in that queue when its connection is gone, so it would stay for ever. What else there is behind the stream, Node
 * bounds by no longer reading, and then nobody would see the reader leave: so the connection is cut there, too.
 */
export function boundPipelining(response: ServerResponse): void {
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

/** After the stream the connection may be another response's. */
function release(this: ServerResponse): void {
  this.req.socket.off("pause", cut);
}
