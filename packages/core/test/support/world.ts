import { vi } from "vitest";
import { Hub } from "../../src/hub.ts";
import type { Log } from "../../src/log.ts";
import type { EventStream } from "../../src/stream.ts";
import { MemoryExchange } from "./memory-exchange.ts";
import { lastIdOf, type Received, received } from "./received.ts";
import { turn } from "./turn.ts";

/** How often the hubs' clocks beat: a quarter of their shortest time. */
const BEAT = 5;

/** What one connection brought, cut where the test said. */
interface Visit {
  readonly got: readonly Received[];
  /** How much had been published when the stream was subscribed, and when the visit was over. */
  readonly subscribed: number;
  readonly ended: number;
  /** The cursor that it was begun with. */
  readonly cursor: string | undefined;
}

/** A reader that comes, is cut, and comes back with the last id it had. */
export class ModelReader {
  readonly visits: Visit[] = [];
  readonly topics: readonly string[];
  cursor: string | undefined;
  exchange: MemoryExchange | undefined;
  stream: EventStream | undefined;
  #subscribed = Number.POSITIVE_INFINITY;

  constructor(topics: readonly string[]) {
    this.topics = topics;
  }

  come(hub: Hub, room: number, published: readonly string[]): void {
    if (this.exchange !== undefined) return;
    this.#subscribed = Number.POSITIVE_INFINITY;
    const exchange = new MemoryExchange({ room, lastEventId: this.cursor });
    this.exchange = exchange;
    this.stream = hub.stream(exchange);
    void this.stream.subscribe(this.topics).then(() => {
      if (this.exchange !== exchange) return;
      // The log was away: the route would have answered 503, and the reader have come again.
      if (exchange.opened === undefined) this.exchange = undefined;
      else this.#subscribed = published.length;
    });
  }

  /** The connection ends, and the reader has the given part of its bytes. */
  cut(part: number, published: readonly string[]): void {
    const { exchange, cursor } = this;
    if (exchange === undefined) return;
    const bytes = exchange.opened?.bytes ?? new Uint8Array();
    const got = received(bytes.subarray(0, Math.floor(part * bytes.byteLength)));
    this.visits.push({ got, subscribed: this.#subscribed, ended: published.length, cursor });
    this.cursor = lastIdOf(got) ?? cursor;
    if (exchange.opened === undefined) this.stream?.close();
    else exchange.opened.leave();
    this.exchange = undefined;
  }
}

/** Two hubs on one log, and readers that go from one to the other. The order of what was published is kept here. */
export class World {
  readonly hubs: readonly [Hub, Hub];
  readonly published: string[] = [];
  readonly readers: readonly ModelReader[];

  constructor(log: Log, readers: readonly (readonly string[])[]) {
    // What a log failed to do is its own affair here.
    const options = {
      log,
      heartbeat: false,
      stallTimeout: false,
      closeTimeout: 4 * BEAT,
      observer: { error: () => {} },
    } as const;
    this.hubs = [new Hub(options), new Hub(options)];
    this.readers = readers.map((topics) => new ModelReader(topics));
  }

  /** The data is the number in the order, and padding. */
  publish(topic: string, size: number): void {
    this.published.push(topic);
    const data = `${this.published.length} ${"x".repeat(size)}`;
    void this.hubs[this.published.length % 2 === 0 ? 0 : 1].publish(topic, { data }).catch(() => {});
  }

  /** One beat of the hubs' clocks; the timers are the test's. */
  beat(): void {
    vi.advanceTimersByTime(BEAT);
  }

  /** Everybody comes back, reads without limit, and gets all there is. */
  async finish(): Promise<void> {
    for (let round = 0; round < 60; round++) {
      for (const [index, reader] of this.readers.entries()) {
        reader.come(this.hubs[index % 2 === 0 ? 0 : 1], Number.POSITIVE_INFINITY, this.published);
        if (reader.exchange?.opened !== undefined) {
          reader.exchange.opened.room = Number.POSITIVE_INFINITY;
          reader.exchange.opened.read();
        }
      }
      this.beat();
      await turn();
    }
    for (const reader of this.readers) reader.cut(1, this.published);
    for (const hub of this.hubs) await hub.close();
  }
}
