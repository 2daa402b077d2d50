import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { BunSink, knowsDirect } from "./bun-sink.ts";
import { SseError } from "./errors.ts";
import type { SseEvents } from "./event.ts";
import type { Exchange } from "./exchange.ts";
import { HandoverSink } from "./handover-sink.ts";
import type { Head } from "./head.ts";
import type { Hub } from "./hub.ts";
import { rawHeader } from "./raw-header.ts";
import type { Sink } from "./sink.ts";
import type { EventStream } from "./stream.ts";
import { hubOf, type SseOptions, type SseVerbs, withVerbs } from "./verbs.ts";
import { WebSink } from "./web-sink.ts";

/** What becomes of a request: a head, and the body of a stream or none. */
export interface Answer {
  readonly head: Head;
  readonly body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null;
}

/** Who waits for the answer. */
interface Settle {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: SseError) => void;
}

/** What is used of Bun's server. */
interface BunServer {
  /** After how many quiet seconds a request's connection is cut; 0 for never. */
  timeout(request: Request, seconds: number): void;
  requestIP(request: Request): { readonly address: string } | null;
}

/**
 * What a runtime gives its handlers beside the request, and a request does not tell: Bun its server, Deno what it
 * knows of the connection, a server on Node what it copies to.
 */
export interface FetchServer extends Partial<BunServer> {
  /** Where the server runs on `node:http` or `node:http2`: its own request, and the response it will copy ours to. */
  readonly incoming?: IncomingMessage | Http2ServerRequest | undefined;
  readonly outgoing?: ServerResponse | Http2ServerResponse | undefined;
  /** Bun's server, where it was wrapped. */
  readonly server?: Partial<BunServer> | undefined;
  /** The other end of the connection, on Deno. */
  readonly remoteAddr?: { readonly hostname?: string } | undefined;
}

const NO_SERVER: FetchServer = {};

/** A request as its server made it. */
type Asked = Request | IncomingMessage | Http2ServerRequest;

/** The exchange of a web `Request`. */
class FetchExchange implements Exchange {
  /** Who tells of the request: where there is one the server's own, which is kept as long as the stream anyway. */
  readonly #request: Asked;
  /** Let go of on Node when it has opened. */
  #server: FetchServer;
  #settle: Settle | undefined;

  /** `settle` is called once: with the answer, when the stream has opened or was answered; or what failed before. */
  constructor(request: Request, server: FetchServer | undefined, settle: Settle) {
    this.#server = server ?? NO_SERVER;
    this.#request = this.#server.incoming ?? request;
    this.#settle = settle;
  }

  get method(): string {
    return this.#request.method ?? "GET";
  }

  get url(): string {
    return this.#request.url ?? "/";
  }

  get address(): string | undefined {
    return addressOf(this.#server, this.#request);
  }

  /** Whether it was opened, answered or failed. */
  get used(): boolean {
    return this.#settle === undefined;
  }

  header(name: string): string | undefined {
    const request = this.#request;
    return isNodes(request) ? rawHeader(request, name) : (request.headers.get(name) ?? undefined);
  }

  open(head: Head): Sink {
    const { resolve } = this.#use();
    const sink = sinkOf(this.#server, this.#request);
    if (isNodes(this.#request)) this.#server = NO_SERVER;
    resolve({ head, body: sink.body });
    return sink;
  }

  answer(head: Head, body?: Uint8Array): void {
    this.#use().resolve({ head, body: body === undefined ? null : new Uint8Array(body) });
  }

  fail(error: SseError): void {
    this.#use().reject(error);
  }

  #use(): Settle {
    const settle = this.#settle;
    if (settle === undefined)
      throw new SseError("HEAD_SENT", "The request was already answered: it can be one stream, once.");
    this.#settle = undefined;
    return settle;
  }
}

// Frameworks keep all this where an application may have variables of the same names: so each is looked at.

/** The address of the other end of the connection. */
function addressOf(server: FetchServer, request: Asked): string | undefined {
  if (isNodes(request)) return request.socket.remoteAddress;
  return server.remoteAddr?.hostname ?? bunServer(server)?.requestIP(request)?.address;
}

function bunServer(server: FetchServer): BunServer | undefined {
  for (const one of [server, server.server])
    if (typeof one?.timeout === "function" && typeof one.requestIP === "function") return one as BunServer;
  return undefined;
}

/** The sink of a body: one that a server on Node copies, or that the runtime itself reads. */
function sinkOf(server: FetchServer, request: Asked): Sink & { readonly body: ReadableStream<Uint8Array> } {
  const { outgoing } = server;
  if (outgoing !== undefined) return new HandoverSink(outgoing);
  if (isNodes(request)) return new WebSink(undefined);
  // Bun cuts what is quiet for some 10 seconds, by its default; a stream is quiet by nature, and has its heartbeat.
  bunServer(server)?.timeout(request, 0);
  if (knowsDirect) return new BunSink();
  // On Deno the signal is aborted after a response that went well, too, and to read it prints a warning.
  return new WebSink("Deno" in globalThis ? undefined : request.signal);
}

function isNodes(request: Asked): request is IncomingMessage | Http2ServerRequest {
  return "rawHeaders" in request;
}

/** What is done with a request's stream: opens it, or returns (or throws) an answer of another kind. */
export type Route<Events = SseEvents> = (stream: EventStream<Events>) => unknown;

/**
 * Runs a route, and resolves at the first of: the stream opened, or was answered by the core; the route returned a
 * `Response`. Rejects when the route threw before, or ended without opening the stream (`NOT_OPENED`).
 */
export function answerOf<Events>(
  hub: Hub<Events>,
  request: Request,
  server: FetchServer | undefined,
  route: Route<Events>,
): Promise<Answer | Response> {
  return new Promise((resolve, reject) => {
    const exchange = new FetchExchange(request, server, { resolve, reject });
    const stream = hub.stream(exchange);
    const run = async () => route(stream);
    run().then(
      (result) => {
        if (exchange.used || stream.state === "opening") return;
        if (result instanceof Response) return resolve(result);
        reject(
          new SseError(
            "NOT_OPENED",
            "The route ended without opening its event stream. Call subscribe, send or pipe on it, or return a Response.",
          ),
        );
      },
      (cause: unknown) => {
        if (exchange.used || stream.state === "opening") stream.fail(cause);
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what the route threw, whatever it is
        else reject(cause);
      },
    );
  });
}

/**
 * What {@link sse} returns: a function that resolves with a request's response, and the verbs of the hub. The runtime gives its server
 * beside the request: Bun lets go of its timeout of quiet connections, and it tells the reader's address.
 */
export type FetchSse<Events = SseEvents> = ((
  request: Request,
  route: Route<Events>,
  server?: FetchServer,
) => Promise<Response>) &
  SseVerbs<Events>;

/**
 * Event streams for whatever serves a `Request` with a `Response`: route handlers of Next.js, h3, Elysia, `Bun.serve`,
 * `Deno.serve`. The stream lives until it is closed or its reader leaves, not until the route returns. The route may
 * return a `Response` of its own instead of opening the stream.
 *
 * Refusals are answered with their status (403, 429, 503), and a native reader is told when to come back. What the
 * route throws before the stream has opened, and a route that ends without opening it (`NOT_OPENED`), reject: they are
 * the server's to answer. What it throws later ends the stream, and is the observer's to hear.
 *
 * ```ts
 * const events = sse();
 * export default {
 *   fetch: (request, server) => events(request, (stream) => stream.subscribe("prices"), server),
 * };
 * ```
 *
 * @param options those of a hub of its own, all with defaults; or `{ hub }`, one that several share
 * @throws {SseError} `BAD_OPTION`
 */
export function sse<Events = SseEvents>(options?: SseOptions<Events>): FetchSse<Events> {
  const hub = hubOf<Events>(options);
  return withVerbs(async (request: Request, route: Route<Events>, server?: FetchServer) => {
    try {
      const answer = await answerOf(hub, request, server, route);
      if (answer instanceof Response) return answer;
      return new Response(answer.body, { status: answer.head.status, headers: answer.head.headers });
    } catch (error) {
      // What is refused is answered here. A fault of the route is its caller's: answered in silence, nobody would hear.
      if (error instanceof SseError && error.status !== 500) return refusal(error);
      throw error;
    }
  }, hub);
}

/** The response for an error that came before the head. Its text tells nothing of a fault. */
export function refusal(error: SseError): Response {
  const text = error.expose ? error.message : "The event stream could not be opened.";
  return new Response(text, { status: error.status, headers: error.headers });
}
