import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { Socket } from "node:net";
import { isDirect, isServing } from "./direct.ts";
import { SseError } from "./errors.ts";
import type { SseEvents } from "./event.ts";
import type { Exchange } from "./exchange.ts";
import type { Head } from "./head.ts";
import { isHttp2 } from "./http2.ts";
import { seeLeaving, seeReset } from "./leaving.ts";
import { NodeSink } from "./node-sink.ts";
import { rawHeader } from "./raw-header.ts";
import type { Sink } from "./sink.ts";
import { SocketSink } from "./socket-sink.ts";
import type { EventStream } from "./stream.ts";
import { hubOf, type SseOptions, type SseVerbs, withVerbs } from "./verbs.ts";

/** A request of `node:http`, `node:https` or `node:http2`. */
export type NodeRequest = IncomingMessage | Http2ServerRequest;
/** The response that belongs to it. */
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** The exchange of a Node request: HTTP/1.1 or HTTP/2, plain or over TLS. */
class NodeExchange implements Exchange {
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  fail: (error: SseError) => void;

  constructor(request: NodeRequest, response: NodeResponse, fail: (error: SseError) => void) {
    this.#request = request;
    this.#response = response;
    this.fail = fail;
  }

  get method(): string {
    return this.#request.method ?? "GET";
  }

  get url(): string {
    // Routers rewrite `url` under a mount point and keep the whole of it here.
    const { originalUrl } = this.#request as { originalUrl?: string };
    return originalUrl ?? this.#request.url ?? "/";
  }

  get address(): string | undefined {
    return this.#request.socket.remoteAddress;
  }

  header(name: string): string | undefined {
    return rawHeader(this.#request, name);
  }

  open(head: Head): Sink {
    const response = this.#response;
    const { socket } = this.#request;
    const status = prepare(response, head);
    const serving = isServing(socket, response);
    // Servers may limit how long a socket is quiet; a stream is quiet by nature, and has its heartbeat.
    if (!serving || (socket.timeout ?? 0) > 0) socket.setTimeout(0);
    // Not by `setHeader`, which keeps what it was given for as long as the response.
    (response as ServerResponse).writeHead(status, head.headers);
    // What a framework gives here holds on to all of its way through the middleware.
    this.fail = noLonger;
    if (serving && isDirect(response as ServerResponse, socket)) {
      seeLeaving(response as ServerResponse, socket);
      return new SocketSink(response as ServerResponse, socket, false);
    }
    if (isHttp2(response)) {
      seeReset(response);
      return new NodeSink(response);
    }
    seeLeaving(response, socket);
    // What is written in this tick goes out together with the head: one system call, one packet.
    socket.cork();
    process.nextTick(uncork, socket);
    response.flushHeaders();
    return new NodeSink(response);
  }

  answer(head: Head, body?: Uint8Array): void {
    const response = this.#response;
    response.statusCode = prepare(response, head);
    for (const name in head.headers) response.setHeader(name, head.headers[name] ?? "");
    if (body === undefined) response.end();
    else response.end(body);
  }
}

/**
 * The exchange of a Node request and its response: how adapters for frameworks on Node meet the core.
 *
 * @param fail what becomes of an error that comes before the head; by default it is answered with its status
 */
export function node(
  request: NodeRequest,
  response: NodeResponse,
  fail: (error: SseError) => void = (error) => refuse(response, error),
): Exchange {
  return new NodeExchange(request, response, fail);
}

/** What {@link sse} returns: a function that gives a request's stream, and the verbs of the hub. */
export type NodeSse<Events = SseEvents> = ((
  request: NodeRequest,
  response: NodeResponse,
) => EventStream<Events>) &
  SseVerbs<Events>;

/**
 * Event streams for whatever hands out the request and response of Node: `node:http`, `node:https`, `node:http2`,
 * Fastify, Nest, middleware of the `(request, response, next)` kind. The stream opens at its first verb: until then the
 * response may be answered in any other way. What was set on the response before is kept.
 *
 * Errors that come before the head are answered with their status (403, 429, 503, 500 for a fault), and a native reader
 * is told when to come back. With {@link node} they go elsewhere: `events.hub.stream(node(request, response, next))`.
 *
 * ```ts
 * const events = sse();
 * const server = createServer((request, response) => {
 *   void events(request, response).subscribe("prices");
 * });
 * ```
 *
 * @param options those of a hub of its own, all with defaults; or `{ hub }`, one that several share
 * @throws {SseError} `BAD_OPTION`
 */
export function sse<Events = SseEvents>(options?: SseOptions<Events>): NodeSse<Events> {
  const hub = hubOf<Events>(options);
  return withVerbs(
    (request: NodeRequest, response: NodeResponse) => hub.stream(node(request, response)),
    hub,
  );
}

/** Makes a response ready for a head of ours, and gives its status. @throws {SseError} `HEAD_SENT` */
function prepare(response: NodeResponse, { status }: Head): number {
  if (response.headersSent) {
    throw new SseError(
      "HEAD_SENT",
      "The response has already begun, so it cannot become an event stream. Open the stream before anything is written, and only once.",
    );
  }
  // Set by somebody for another body. One that was never set is left alone: that would rule it out for an answer.
  if (response.hasHeader("content-length")) response.removeHeader("content-length");
  const { statusCode } = response;
  // A 2xx that the application chose is kept; frameworks that begin at 404 are not.
  return status === 200 && statusCode >= 200 && statusCode <= 299 ? statusCode : status;
}

/** An exchange that was opened has nothing more to fail. */
function noLonger(): void {}

function uncork(socket: Socket): void {
  socket.uncork();
}

function refuse(response: NodeResponse, error: SseError): void {
  if (response.headersSent) {
    response.end();
    return;
  }
  response.statusCode = error.status;
  for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(error.expose ? error.message : "The event stream could not be opened.");
}
