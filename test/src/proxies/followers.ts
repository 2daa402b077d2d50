import { EventSource } from "eventsource";
import { Agent, fetch } from "undici";
import { Watch } from "../../conformance/client/within.ts";

/** How long all of them together may take for what they wait for. Reached only by a failure. */
const PATIENCE = 30_000;

/** What came of following numbers that go up by one. */
interface Found {
  readonly lost: number;
  readonly repeated: number;
  readonly gaps: number;
  /** Whom an answer has stopped for good. */
  readonly stopped: number;
}

/** Many EventSources on one address. Each holds every number it gets against the one before. */
export class Followers {
  readonly #agent = new Agent({ connect: { rejectUnauthorized: false } });
  readonly #all: Follower[];
  readonly #watch = new Watch();

  constructor(url: string, count: number) {
    this.#all = Array.from({ length: count }, () => {
      const source = new EventSource(url, {
        fetch: (address, init) => fetch(address, { ...init, dispatcher: this.#agent }),
      });
      return new Follower(source, () => this.#watch.changed());
    });
  }

  /** Resolves when each has been let in so many times. */
  async opened(times: number): Promise<void> {
    await this.#until(({ opened }) => opened >= times, `streams opened ${times} times`);
  }

  /** Resolves when each has had a number. */
  async had(number: number): Promise<void> {
    await this.#until(({ last }) => last >= number, `number ${number}`);
  }

  /** How many streams each has opened, the least and the most. */
  get opens(): readonly [number, number] {
    const opens = this.#all.map(({ opened }) => opened);
    return [Math.min(...opens), Math.max(...opens)];
  }

  get found(): Found {
    const sum = (of: (one: Follower) => number) => this.#all.reduce((all, one) => all + of(one), 0);
    return {
      lost: sum(({ lost }) => lost),
      repeated: sum(({ repeated }) => repeated),
      gaps: sum(({ gaps }) => gaps),
      stopped: sum(({ source }) => Number(source.readyState === EventSource.CLOSED)),
    };
  }

  async close(): Promise<void> {
    for (const { source } of this.#all) source.close();
    await this.#agent.destroy();
  }

  async #until(holds: (one: Follower) => boolean, what: string): Promise<void> {
    await this.#watch.until(
      () => (this.#all.every(holds) ? true : undefined),
      () => `${what}: ${JSON.stringify(this.found)}`,
      PATIENCE,
    );
  }
}

class Follower {
  readonly source: EventSource;
  opened = 0;
  last = 0;
  lost = 0;
  repeated = 0;
  gaps = 0;

  constructor(source: EventSource, changed: () => void) {
    this.source = source;
    source.addEventListener("checkpoint", () => {
      this.opened++;
      changed();
    });
    source.addEventListener("gap", () => this.gaps++);
    source.addEventListener("message", ({ data }) => {
      const number = Number(data);
      if (number <= this.last) this.repeated++;
      else this.lost += number - this.last - 1;
      this.last = Math.max(number, this.last);
      changed();
    });
  }
}
