import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { NodeSink } from "./node-sink.ts";
import type { Sink, SinkOwner } from "./sink.ts";
import { WebSink } from "./web-sink.ts";

/**
 * The body of a web `Response` that a server on Node will copy to its own response. It begins as a web stream, so the
 * head is the server's, with all that middleware adds to it on the way out. Once that head is out, and all that was
 * written so far has been copied, the stream is left pending and writes go to the Node response themselves.
 */
export class HandoverSink implements Sink, SinkOwner {
  owner: SinkOwner | undefined;
  readonly #web: WebSink;
  readonly #response: ServerResponse | Http2ServerResponse;
  #node: NodeSink | undefined;

  constructor(response: ServerResponse | Http2ServerResponse) {
    this.#response = response;
    // Servers may limit how long a socket is quiet; a stream is quiet by nature, and has its heartbeat.
    response.socket?.setTimeout(0);
    // Without a buffer of its own the stream is asked for more only when all it gave was copied.
    // The server cancels it when the reader leaves, so the request's signal need not be made.
    this.#web = new WebSink(undefined, 0);
    this.#web.owner = this;
  }

  get body(): ReadableStream<Uint8Array> {
    return this.#web.body;
  }

  write(chunk: Uint8Array): boolean {
    if (this.#node === undefined) {
      if (!this.#web.drained || !this.#response.headersSent) return this.#web.write(chunk);
      this.#node = new NodeSink(this.#response);
      this.#node.owner = this.owner;
      this.#web.owner = undefined;
    }
    return this.#node.write(chunk);
  }

  ready(): Promise<void> {
    return (this.#node ?? this.#web).ready();
  }

  /** The web stream has ended before it was left. */
  onclose(clean: boolean): void {
    this.owner?.onclose(clean);
  }

  close(now?: boolean): void {
    (this.#node ?? this.#web).close(now);
  }
}
