import { vi } from "vitest";
import { SseError } from "../../src/errors.ts";
import { Hub } from "../../src/hub.ts";
import type { EventStream } from "../../src/stream.ts";
import { MemoryExchange } from "./memory-exchange.ts";
import { lastIdOf, type Received, received } from "./received.ts";
import type { SlowLog } from "./slow-log.ts";
import { turn } from "./turn.ts";

/** How often the hubs' clocks beat: a quarter of their shortest time. */
const BEAT = 5;

/** What was published, in the log's order; its number is its place, from 1. */
export interface Published {
  readonly topic: string;
  readonly key?: string;
  /** Whether it is the end of its topic. */
  readonly last?: true;
}

/** What one connection brought, cut where the test said. */
interface Visit {
  readonly got: readonly Received[];
  /** How much had been published when the stream was subscribed, and when the visit was over. */
  readonly subscribed: number;
  readonly ended: number;
  /** The cursor that it was begun with. */
  readonly cursor: string | undefined;
  /** The last id that it was given, if the hub ended it since all of its topics are finished. */
  readonly finished: string | undefined;
}

/** A reader that comes, is cut, and comes back with the last id it had. */
export class ModelReader {
  readonly visits: Visit[] = [];
  readonly topics: readonly string[];
  cursor: string | undefined;
  exchange: MemoryExchange | undefined;
  stream: EventStream | undefined;
  /** How much had been published when it was told not to come back. */
  stopped: number | undefined;
  #subscribed = Number.POSITIVE_INFINITY;

  constructor(topics: readonly string[]) {
    this.topics = topics;
  }

  come(hub: Hub, room: number, published: readonly Published[]): void {
    if (this.exchange !== undefined || this.stopped !== undefined) return;
    this.#subscribed = Number.POSITIVE_INFINITY;
    const exchange = new MemoryExchange({ room, lastEventId: this.cursor });
    this.exchange = exchange;
    this.stream = hub.stream(exchange);
    void this.stream.subscribe(this.topics).then(() => {
      if (this.exchange !== exchange) return;
      if (exchange.answered) this.stopped = published.length;
      // The log was away: the route would have answered 503, and the reader have come again.
      if (exchange.opened === undefined) this.exchange = undefined;
      else this.#subscribed = published.length;
    });
  }

  /** The connection ends, and the reader has the given part of its bytes. */
  cut(part: number, published: readonly Published[]): void {
    const { exchange, cursor } = this;
    if (exchange === undefined) return;
    const bytes = exchange.opened?.bytes ?? new Uint8Array();
    const got = received(bytes.subarray(0, Math.floor(part * bytes.byteLength)));
    const finished = this.stream?.closeReason === "finished" ? lastIdOf(received(bytes)) : undefined;
    this.visits.push({ got, subscribed: this.#subscribed, ended: published.length, cursor, finished });
    this.cursor = lastIdOf(got) ?? cursor;
    if (exchange.opened === undefined) this.stream?.close();
    else exchange.opened.leave();
    this.exchange = undefined;
  }
}

/** Two hubs on one log, and readers that go from one to the other. The order of what was published is kept here. */
export class World {
  readonly hubs: readonly [Hub, Hub];
  readonly published: Published[] = [];
  readonly readers: readonly ModelReader[];
  /** The number of each event, by its id. */
  readonly numbers: Map<string, number> = new Map();
  /** The topics that are finished, as far as the log knows. */
  readonly #finished = new Set<string>();
  readonly #log: SlowLog;
  #epoch = "";
  #offset = 0;

  constructor(log: SlowLog, readers: readonly (readonly string[])[]) {
    // What a log failed to do is its own affair here.
    this.#log = log;
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
  publish(topic: string, size: number, key?: string): void {
    const data = `${this.published.length + 1} ${"x".repeat(size)}`;
    const options = key === undefined ? {} : { key };
    this.#append({ topic, ...options }, (hub) => hub.publish(topic, { data }, options));
  }

  /** Ends a topic. */
  end(topic: string): void {
    this.#append({ topic, last: true }, (hub) => hub.finish(topic));
  }

  /** Has the log begin anew: it knows of no end then. */
  restart(): void {
    this.#finished.clear();
    this.#log.restart();
  }

  /** Whether nothing will come of any of the topics. */
  isOver(topics: readonly string[]): boolean {
    return topics.every((topic) => this.#finished.has(topic));
  }

  /** One beat of the hubs' clocks; the timers are the test's. */
  beat(): void {
    vi.advanceTimersByTime(BEAT);
  }

  /** Everybody comes back, reads without limit, and gets all there is. */
  async finish(): Promise<void> {
    for (let round = 0; round < 80; round++) {
      for (const [index, reader] of this.readers.entries()) {
        // The hub has ended it: it comes back with all it had.
        if (reader.exchange?.opened?.closed === true) reader.cut(1, this.published);
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

  #append(entry: Published, append: (hub: Hub) => Promise<unknown>): void {
    let appending: Promise<unknown>;
    try {
      appending = append(this.hubs[this.published.length % 2] ?? this.hubs[0]);
    } catch (error) {
      // Where the log has begun anew, a hub may take time to hear of it.
      if (error instanceof SseError && error.code === "TOPIC_FINISHED") return;
      throw error;
    }
    appending.catch(() => {});
    // The log takes it in this turn, or, after its topic's end, never.
    if (this.#finished.has(entry.topic)) return;
    this.published.push(entry);
    if (entry.last) this.#finished.add(entry.topic);
    if (this.#log.epoch !== this.#epoch) this.#offset = 0;
    this.#epoch = this.#log.epoch;
    this.numbers.set(`${this.#epoch}.${++this.#offset}`, this.published.length);
  }
}
