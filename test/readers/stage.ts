import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type HubOptions, MemoryLog, type ServerSentEvent } from "@longwave/core";
import { type ExpressSse, sse } from "@longwave/express";
import express, { type Express } from "express";
import { Watch } from "../conformance/client/within.ts";
import { Feed } from "../conformance/fixtures/feed.ts";
import { servePage } from "./page.ts";
import { Relay } from "./relay.ts";

/** The events of the stage are what the scenarios say. */
type AnyEvents = Record<never, never>;

/** A request for a stream. */
export interface Visit {
  readonly at: number;
  /** The cursor that it brought, and how. */
  readonly cursor: string | undefined;
  readonly by: "header" | "query" | undefined;
  /** What it was answered, once it was. */
  readonly status: () => number;
}

export const TOPIC = "stage";

/** An Express application with Longwave, and what happens to its readers. */
export class Stage {
  readonly visits: Visit[] = [];
  /** Data of all ordinary messages that the application has sent: a reader must show no other. */
  readonly said = new Set<string>();
  /** How often the source of `/answer` has run. */
  runs = 0;
  /** What the answers of a model are made of. */
  readonly feed = new Feed();
  readonly #fed: string[] = [];
  readonly #server: Server;
  readonly #relay: Relay;
  readonly #watch = new Watch();
  readonly #options: HubOptions;
  #events: ExpressSse<AnyEvents>;
  #listener: RequestListener;

  private constructor(server: Server, relay: Relay, options: HubOptions) {
    this.#server = server;
    this.#relay = relay;
    // Sources fail here on purpose.
    const observer = { error: () => {} };
    this.#options = { ...options, log: new MemoryLog(options.history), observer };
    [this.#events, this.#listener] = this.#application();
    server.on("request", (request, response) => this.#listener(request, response));
  }

  static async open(options: HubOptions = {}): Promise<Stage> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const relay = await Relay.to((server.address() as AddressInfo).port);
    return new Stage(server, relay, { heartbeat: 60, retry: [20, 40], ...options });
  }

  /** Where readers find it, through a relay. */
  get origin(): string {
    return this.#relay.origin;
  }

  get hub(): ExpressSse<AnyEvents> {
    return this.#events;
  }

  /** Publishes an ordinary message, or another event. */
  async say(data: string, more: Omit<ServerSentEvent, "data"> = {}): Promise<void> {
    if (more.event === undefined) this.said.add(data);
    await this.#events.publish(TOPIC, { ...more, data });
  }

  /** Cuts all connections, as a network does. */
  cut(): void {
    this.#relay.cut();
  }

  /** Lets nothing pass behind this text, on the connection on which it comes next. */
  holdBehind(text: string): void {
    this.#relay.holdBehind(text);
  }

  /** Ends all streams politely. */
  end(): void {
    for (const stream of this.#events.streams) stream.close();
  }

  /** A second server takes the place of the first, on the same log, once that is drained. */
  async replace(): Promise<void> {
    await this.#events.drain({ within: 200 });
    [this.#events, this.#listener] = this.#application();
    this.#watch.changed();
  }

  /** Resolves with the visits, once they are as wanted. */
  async visited(enough: (visits: readonly Visit[]) => boolean, deadline?: number): Promise<readonly Visit[]> {
    await this.#watch.until(
      () => (enough(this.visits) ? true : undefined),
      () => `more visits than ${JSON.stringify(this.visits.map((visit) => [visit.cursor, visit.status()]))}`,
      deadline,
    );
    return this.visits;
  }

  /** Resolves when the source of an answer has ended so. */
  async fedUntil(how: string): Promise<void> {
    await this.#watch.until(
      () => (this.#fed.includes(how) ? true : undefined),
      () => `that the source was ${how}, not ${this.#fed.join()}`,
    );
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), "close");
    this.#server.closeAllConnections();
    await Promise.all([closed, this.#relay.close(), this.#events.close()]);
  }

  #application(): [ExpressSse<AnyEvents>, Express] {
    const events = sse<AnyEvents>(this.#options);
    const app = express();
    servePage(app);
    app.use((request, response, next) => {
      this.#remember(request, () => response.statusCode);
      response.once("finish", () => this.#watch.changed());
      next();
    });
    app.use(events);
    // From the start, so that a scenario need not wait for its reader before it speaks.
    app.get("/events", (_request, response) => response.sse.subscribe(TOPIC, { from: "start" }));
    app.get("/now", (_request, response) => response.sse.subscribe(TOPIC));
    app.get("/answer", (_request, response) =>
      response.sse.pipe(() => {
        this.runs++;
        return ["one", "two", "three"].map((data) => {
          this.said.add(data);
          return { data, retry: 20 };
        });
      }),
    );
    app.get("/api/topic/:id/stream", (_request, response) =>
      response.sse.subscribe(TOPIC, { from: "start" }),
    );
    app.all(["/v1/chat/completions", "/api/chat", "/api/chat/:id/stream"], (_request, response) => {
      response.set("x-vercel-ai-ui-message-stream", "v1");
      return response.sse.pipe((signal) =>
        this.feed.events(signal, (how) => {
          this.#fed.push(how);
          this.#watch.changed();
        }),
      );
    });
    return [events, app];
  }

  #remember(request: IncomingMessage, status: () => number): void {
    const header = request.headers["last-event-id"] as string | undefined;
    const query = new URL(request.url ?? "/", this.origin).searchParams.get("lastEventId") ?? undefined;
    const by = header !== undefined ? "header" : query !== undefined ? "query" : undefined;
    this.visits.push({ at: performance.now(), cursor: header ?? query, by, status });
    this.#watch.changed();
  }
}
