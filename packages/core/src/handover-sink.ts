import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { forgetHead, isDirect } from "./direct.ts";
import { isHttp2 } from "./http2.ts";
import { lookAway, seeLeaving, seeReset } from "./leaving.ts";
import { NodeSink } from "./node-sink.ts";
import type { Sink } from "./sink.ts";
import { SocketSink } from "./socket-sink.ts";
import { WebSink } from "./web-sink.ts";

/**
 * The body of a web `Response` that a server on Node will copy to its own response. It begins as a web stream, so the
 * head is the server's, with all that middleware adds to it on the way out. Once that head is out, and all that was
 * written so far has been copied, the stream is left pending and writes go to the Node response themselves.
 */
export class HandoverSink extends WebSink {
  readonly #response: ServerResponse | Http2ServerResponse;
  #handedOver = false;

  constructor(response: ServerResponse | Http2ServerResponse) {
    // Without a buffer of its own the stream is asked for more only when all it gave was copied.
    // The server cancels it when the reader leaves, so the request's signal need not be made.
    super(undefined, 0);
    this.#response = response;
    // Servers may limit how long a socket is quiet; a stream is quiet by nature, and has its heartbeat.
    response.socket?.setTimeout(0);
    if (isHttp2(response)) seeReset(response);
    else seeLeaving(response, response.req.socket);
  }

  override write(chunk: Uint8Array): boolean {
    return this.drained && this.#response.headersSent ? this.#handOver().write(chunk) : super.write(chunk);
  }

  override pull(): void {
    if (!isHttp2(this.#response)) forgetHead(this.#response);
    super.pull();
  }

  protected override over(clean: boolean): void {
    // Once handed over that is the other's to do: by now the connection may be another stream's.
    if (!this.#handedOver && !isHttp2(this.#response)) lookAway(this.#response.req.socket);
    super.over(clean);
  }

  #handOver(): Sink {
    const { owner } = this;
    const sink = sinkOf(this.#response);
    sink.owner = owner;
    // The web stream's own end is nobody's any more.
    this.owner = undefined;
    this.#handedOver = true;
    owner?.onhandover(sink);
    return sink;
  }
}

/** The sink of a response whose head is out. */
function sinkOf(response: ServerResponse | Http2ServerResponse): Sink {
  if (!isHttp2(response) && isDirect(response, response.req.socket))
    return new SocketSink(response, response.req.socket, true);
  return new NodeSink(response);
}
