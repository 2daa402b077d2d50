import { vi } from "vitest";
import type { SseError } from "../../src/errors.ts";
import type { Gap } from "../../src/gap.ts";
import { Hub } from "../../src/hub.ts";
import type { Log } from "../../src/log.ts";
import type { ClosedStreamRecord, DrainProgress, StreamRecord } from "../../src/observer.ts";
import type { HubOptions } from "../../src/options.ts";
import type { EventStream } from "../../src/stream.ts";
import { MemoryExchange, type MemoryRequest } from "./memory-exchange.ts";
import type { MemorySink } from "./memory-sink.ts";
import { turn } from "./turn.ts";

/** What a hub told its observer. */
export interface Told {
  readonly opened: StreamRecord[];
  readonly closed: ClosedStreamRecord[];
  readonly replays: { readonly cursor: string; readonly behind: number }[];
  readonly gaps: Gap[];
  readonly drops: StreamRecord[];
  readonly drains: DrainProgress[];
  readonly errors: { readonly error: SseError; readonly stream: StreamRecord | undefined }[];
}

/** One request and its stream. */
export interface Line {
  readonly exchange: MemoryExchange;
  readonly stream: EventStream<object>;
  /** The sink of the stream, which must have opened. */
  readonly sink: MemorySink;
}

/** A hub that is listened to, and requests for it. */
export class Station {
  readonly hub: Hub<object>;
  /** The log it was given, if it was. */
  readonly log: Log | undefined;
  readonly told: Told = { opened: [], closed: [], replays: [], gaps: [], drops: [], drains: [], errors: [] };

  constructor(options: HubOptions = {}) {
    const { told } = this;
    this.log = options.log;
    this.hub = new Hub<object>({
      observer: {
        open: (stream) => told.opened.push(stream),
        close: (stream) => told.closed.push(stream),
        replay: (_, replay) => told.replays.push(replay),
        gap: (_, gap) => told.gaps.push(gap),
        drop: (stream) => told.drops.push(stream),
        drain: (progress) => told.drains.push(progress),
        error: (error, stream) => told.errors.push({ error, stream }),
      },
      ...options,
    });
  }

  come(request: MemoryRequest = {}): Line {
    const exchange = new MemoryExchange(request);
    const stream = this.hub.stream(exchange);
    return {
      exchange,
      stream,
      get sink() {
        return exchange.sink;
      },
    };
  }

  /** A request that is subscribed, and has opened. */
  async subscribe(topics: string | readonly string[], request: MemoryRequest = {}): Promise<Line> {
    const line = this.come(request);
    await line.stream.subscribe(topics);
    return line;
  }

  /** Publishes, in one turn, and waits until it has gone out. `a1 b2` are a topic each, and the data is the word. */
  async publish(words: string): Promise<void> {
    for (const data of words.split(" ")) void this.hub.publish(data.replace(/\d+$/, ""), { data });
    await turn();
  }

  async cursor(): Promise<string> {
    return this.hub.cursor();
  }
}

/** The data of a sink's events that have no name: those of `Station.publish`. */
export function words({ received }: MemorySink): string {
  return received
    .filter(({ event, data }) => event === undefined && data !== undefined)
    .map(({ data }) => data)
    .join(" ");
}

/** Takes over the timers, those of turns aside. */
export function useClock(): void {
  vi.useFakeTimers({
    toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance", "Date"],
  });
}
