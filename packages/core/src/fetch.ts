import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { SseError } from "./errors.ts";
import type { SseEvents } from "./event.ts";
import type { Exchange } from "./exchange.ts";
import { HandoverSink } from "./handover-sink.ts";
import type { Head } from "./head.ts";
import type { Hub } from "./hub.ts";
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

/** What a server knows of a web request that the request itself does not tell. */
export interface FetchServer {
  /** The address of the other end of the connection. */
  readonly address?: string | undefined;
  /** Where the server runs on `node:http` or `node:http2`: its own request, and the response it will copy ours to. */
  readonly incoming?: IncomingMessage | Http2ServerRequest | undefined;
  readonly outgoing?: ServerResponse | Http2ServerResponse | undefined;
}

/** The exchange of a web `Request`. */
class FetchExchange implements Exchange {
  readonly #request: Request;
  readonly #server: FetchServer;
  #settle: Settle | undefined;

  /** `settle` is called once: with the answer, when the stream has opened or was answered; or what failed before. */
  constructor(request: Request, server: FetchServer | undefined, settle: Settle) {
    this.#request = request;
    this.#server = server ?? {};
    this.#settle = settle;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    return this.#server.incoming?.url ?? this.#request.url;
  }

  get address(): string | undefined {
    return this.#server.address ?? this.#server.incoming?.socket.remoteAddress;
  }

  /** Whether it was opened, answered or failed. */
  get used(): boolean {
    return this.#settle === undefined;
  }

  header(name: string): string | undefined {
    // Web headers are made of the server's own when they are first asked for, and would be kept as long as the stream.
    const { incoming } = this.#server;
    if (incoming === undefined) return this.#request.headers.get(name) ?? undefined;
    const value = incoming.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  open(head: Head): Sink {
    const { resolve } = this.#use();
    const { outgoing } = this.#server;
    const sink = outgoing === undefined ? new WebSink(this.#request.signal) : new HandoverSink(outgoing);
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

/** What {@link sse} returns: a function that resolves with a request's response, and the verbs of the hub. */
export type FetchSse<Events = SseEvents> = ((request: Request, route: Route<Events>) => Promise<Response>) &
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
 * export default { fetch: (request: Request) => events(request, (stream) => stream.subscribe("prices")) };
 * ```
 *
 * @param options those of a hub of its own, all with defaults; or `{ hub }`, one that several share
 * @throws {SseError} `BAD_OPTION`
 */
export function sse<Events = SseEvents>(options?: SseOptions<Events>): FetchSse<Events> {
  const hub = hubOf<Events>(options);
  return withVerbs(async (request: Request, route: Route<Events>) => {
    try {
      const answer = await answerOf(hub, request, undefined, route);
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
