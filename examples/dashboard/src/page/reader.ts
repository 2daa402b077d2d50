import type { DashboardEvents } from "../events.ts";
import type { Tally } from "./tally.ts";

export type Phase = "connecting" | "live" | "reconnecting" | "closed";

type Readings = Omit<DashboardEvents, "hello">;
export type Topic = keyof Readings;
export type Reading = { [Name in Topic]: { readonly topic: Name; readonly data: Readings[Name] } }[Topic];

export interface Gap {
  readonly reason: string;
  readonly asked: string;
  readonly cursor: string;
}

/** As it happened, or caught up with: after a cut or a reload, or on a first visit. */
export type When = "live" | "resumed" | "before";

/** How a stream began: what it caught up with, once it has. */
export interface CaughtUp {
  /** Whether it went on from a cursor, began anew after a gap, or was a first visit. */
  readonly how: "resume" | "gap" | "visit";
  readonly events: number;
  readonly missing: number;
  /** How long there was no connection, in milliseconds; undefined after a reload. */
  readonly away: number | undefined;
}

export interface Listener {
  phase(phase: Phase): void;
  hello(hello: DashboardEvents["hello"]): void;
  reading(reading: Reading, when: When): void;
  gap(gap: Gap): void;
  caughtUp(caughtUp: CaughtUp): void;
}

const TOPICS: readonly Topic[] = ["cpu", "memory", "loop", "hub", "request"];
/** A native EventSource comes back by itself, but for an answer that is no stream: then the page asks again. */
const ASK_AGAIN = 3_000;

/** Reads the event stream, and tells what becomes of it. */
export class Reader {
  phase: Phase = "connecting";
  /** The server's name for the stream. */
  stream: string | undefined;
  readonly #tally: Tally;
  readonly #listener: Listener;
  #source: EventSource | undefined;
  #how: CaughtUp["how"] = "visit";
  /** The cursor up to which the stream is catching up. */
  #target: string | undefined;
  #caught = 0;
  #missingBefore = 0;
  #lostAt: number | undefined;

  constructor(tally: Tally, listener: Listener) {
    this.#tally = tally;
    this.#listener = listener;
  }

  open(): void {
    // A first visit asks for all that is kept; a cursor, where there is one, wins over `from`.
    const query = new URLSearchParams({ from: "start" });
    const { cursor } = this.#tally;
    if (cursor !== undefined) query.set("lastEventId", cursor);
    const source = new EventSource(`events?${query}`);
    this.#source = source;
    source.onopen = () => this.#opened();
    source.onerror = () => this.#lost(source);
    const listen = <Data>(name: string, heard: (data: Data, id: string) => void): void =>
      source.addEventListener(name, ({ data, lastEventId }: MessageEvent<string>) =>
        heard((data === "" ? undefined : JSON.parse(data)) as Data, lastEventId),
      );
    listen("checkpoint", (_, id) => {
      this.#tally.check(id);
      this.#lookWhetherCaughtUp();
    });
    listen("gap", (gap: Gap) => this.#gap(gap));
    listen("hello", (hello: DashboardEvents["hello"]) => this.#hello(hello));
    for (const topic of TOPICS)
      listen(topic, (data: Reading["data"], id) => this.#reading({ topic, data } as Reading, id));
  }

  close(): void {
    this.#source?.close();
  }

  #opened(): void {
    this.#how = this.#tally.cursor === undefined ? "visit" : "resume";
    this.#target = undefined;
    this.#caught = 0;
    this.#missingBefore = this.#tally.counts.missing;
    this.#enter("live");
  }

  #lost(source: EventSource): void {
    this.#lostAt ??= performance.now();
    this.stream = undefined;
    if (source.readyState === EventSource.CLOSED) {
      this.#enter("closed");
      setTimeout(() => this.open(), ASK_AGAIN);
    } else this.#enter("reconnecting");
  }

  #hello(hello: DashboardEvents["hello"]): void {
    this.stream = hello.stream;
    this.#target = hello.head;
    this.#listener.hello(hello);
  }

  #gap(gap: Gap): void {
    this.#how = "gap";
    this.#tally.counts.gaps++;
    this.#tally.goTo(gap.cursor);
    this.#listener.gap(gap);
  }

  #reading(reading: Reading, id: string): void {
    this.#tally.count(id);
    if (this.#target === undefined) this.#listener.reading(reading, "live");
    else {
      this.#caught++;
      this.#listener.reading(reading, this.#how === "resume" ? "resumed" : "before");
    }
    this.#lookWhetherCaughtUp();
  }

  #lookWhetherCaughtUp(): void {
    const { counts } = this.#tally;
    if (this.#target === undefined || !this.#tally.reached(this.#target)) return;
    this.#target = undefined;
    if (this.#how === "resume") counts.resumed += this.#caught;
    const away = this.#lostAt === undefined ? undefined : performance.now() - this.#lostAt;
    this.#lostAt = undefined;
    this.#listener.caughtUp({
      how: this.#how,
      events: this.#caught,
      missing: counts.missing - this.#missingBefore,
      away,
    });
  }

  #enter(phase: Phase): void {
    if (this.phase === phase) return;
    this.phase = phase;
    this.#listener.phase(phase);
  }
}
