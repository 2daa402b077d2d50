import { EventSource } from "eventsource";
import type { Fixture } from "../fixtures/fixture.ts";
import { type Ask, fetchHttp2, http1, http2, type Visit } from "./asking.ts";
import { Connection } from "./connection.ts";
import { Reader } from "./reader.ts";
import { within } from "./within.ts";

/** An answer with an end. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** What the demo app tells of what happened in it. */
export interface Told {
  readonly kind: string;
  readonly name?: string;
  readonly [detail: string]: unknown;
}

/** An event to publish or send, as JSON carries it. */
export type Wish = Readonly<Record<string, unknown>>;

let named = 0;

/** The demo app as a check meets it: over the network only. */
export class App {
  readonly url: string;
  readonly #readers: Reader[] = [];
  readonly #connections: Connection[] = [];
  readonly #sources: EventSource[] = [];
  readonly #ask: Ask;

  constructor({ url, http2: second }: Pick<Fixture, "url" | "http2">) {
    this.url = url;
    this.#ask = second === true ? http2 : http1;
  }

  /** A name that nothing else has: for topics, and for readers. */
  name(prefix = "n"): string {
    return `${prefix}-${process.pid}-${++named}`;
  }

  async open(path: string, visit?: Visit): Promise<Reader> {
    const reader = await Reader.open(this.url + path, visit, this.#ask);
    this.#readers.push(reader);
    return reader;
  }

  /** A reader that is subscribed, and has its first checkpoint. */
  async subscribed(path: string, visit?: Visit): Promise<Reader> {
    const reader = await this.open(path, visit);
    await reader.next();
    return reader;
  }

  /** What browsers have, by the same version of HTTP. */
  eventSource(path: string): EventSource {
    const source = new EventSource(this.url + path, this.#ask === http2 ? { fetch: fetchHttp2 } : {});
    this.#sources.push(source);
    return source;
  }

  async connect(options?: { readonly allowHalfOpen?: boolean }): Promise<Connection> {
    const connection = await Connection.to(this.url, options);
    this.#connections.push(connection);
    return connection;
  }

  /** A whole answer, as it is: what was encoded is not decoded. */
  ask(path: string, visit: Visit = {}): Promise<Reply> {
    const reply = async (): Promise<Reply> => {
      const { status, headers, body } = await this.#ask(this.url + path, visit);
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk as Buffer);
      return { status, headers, text: Buffer.concat(chunks).toString() };
    };
    return within(reply(), () => `an answer to ${visit.method ?? "GET"} ${path}`);
  }

  /** Publishes to a topic, all in one turn; gives the cursors. */
  async publish(topic: string, ...events: readonly Wish[]): Promise<string[]> {
    return this.publishAll(...events.map((event) => [topic, event] as const));
  }

  /** Publishes to several topics, perhaps with keys, all in one turn. */
  async publishAll(
    ...publications: readonly (readonly [topic: string, event: Wish, key?: string])[]
  ): Promise<string[]> {
    const body = JSON.stringify(publications.map(([topic, event, key]) => ({ topic, event, key })));
    const { cursors } = (await this.#call("/publish", body)) as { cursors: string[] };
    return cursors;
  }

  /** Resolves when what was published is known to the hub, which follows a log that may be far away. */
  async settled(): Promise<void> {
    await this.#call("/control/settled", "");
  }

  /** Sends private events to the reader of a name. */
  async sendTo(name: string, ...events: readonly Wish[]): Promise<boolean[]> {
    return ((await this.#call(`/send-to/${name}`, JSON.stringify(events))) as { accepted: boolean[] })
      .accepted;
  }

  async end(name: string): Promise<void> {
    await this.#call(`/close/${name}`, "");
  }

  async closeHub(): Promise<void> {
    await this.#call("/control/close", "");
  }

  async finish(topic: string): Promise<void> {
    await this.#call(`/finish/${topic}`, "");
  }

  /** Changes the hub's limits. */
  async limit(limits: object): Promise<void> {
    await this.#call("/control/limit", JSON.stringify(limits));
  }

  /** Begins to drain the hub. */
  async drain(within: number): Promise<void> {
    await this.#call(`/control/drain?within=${within}`, "");
  }

  /** What came of the drain, once it is over. */
  async drained(): Promise<{ readonly ended: number; readonly cut: number; readonly took: number }> {
    return (await this.#call("/control/drained", "")) as { ended: number; cut: number; took: number };
  }

  /** Gives events to the source of a name, and perhaps its end. */
  async feed(name: string, events: readonly Wish[], last: "end" | "fail" | "" = ""): Promise<void> {
    await this.#call(`/feed/${name}?${last}`, JSON.stringify(events));
  }

  async cursor(): Promise<string> {
    return ((await this.#call("/control/cursor", "")) as { cursor: string }).cursor;
  }

  /** The first happening of a kind on the stream of a name, now or later. */
  async told(kind: string, name: string): Promise<Told> {
    return (await this.#call(`/control/wait?kind=${kind}&name=${encodeURIComponent(name)}`, "")) as Told;
  }

  /** All that has happened so far. */
  async happenings(): Promise<{ readonly happenings: readonly Told[]; readonly open: number }> {
    return (await this.#call("/control", "")) as { happenings: Told[]; open: number };
  }

  /** Ends all that the check has opened. */
  leave(): void {
    for (const reader of this.#readers) reader.leave();
    for (const connection of this.#connections) connection.destroy();
    for (const source of this.#sources) source.close();
  }

  async #call(path: string, body: string): Promise<unknown> {
    const { status, text } = await this.ask(path, { method: "POST", body });
    if (status !== 200) throw new Error(`POST ${path} was answered ${status}: ${text}`);
    return JSON.parse(text) as unknown;
  }
}
