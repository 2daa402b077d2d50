import type { SseError } from "../../src/errors.ts";
import type { Entry, Following, Found, Log } from "../../src/log.ts";
import type { Position } from "../../src/position.ts";

interface Follower {
  readonly deliver: (entries: readonly Entry[]) => void;
  readonly broken: (why: SseError) => void;
}

/** A log that delivers what the test says, right or wrong. */
export class ScriptedLog implements Log {
  /** All who ever followed, the newest last. */
  readonly followers: Follower[] = [];
  follows = 0;
  stops = 0;
  head = 0;
  /** The topics that are finished when somebody follows. */
  finished: ReadonlyMap<string, number> = new Map();
  away = false;
  /** Delivered before `follow` answers. */
  early: readonly Entry[] = [];
  #held: Promise<void> | undefined;
  #letGo = () => {};

  async follow(
    deliver: (entries: readonly Entry[]) => void,
    broken: (why: SseError) => void,
  ): Promise<Following> {
    this.follows++;
    if (this.away) throw new Error("It is away.");
    this.followers.push({ deliver, broken });
    if (this.early.length > 0) deliver(this.early);
    await this.#held;
    return {
      head: { epoch: "e", offset: this.head },
      finished: this.finished,
      stop: async () => {
        this.stops++;
      },
    };
  }

  /** Lets nothing answer until `letGo`. */
  hold(): void {
    this.#held = new Promise((resolve) => {
      this.#letGo = resolve;
    });
  }

  letGo(): void {
    this.#letGo();
    this.#held = undefined;
  }

  deliver(...entries: readonly Entry[]): void {
    this.followers.at(-1)?.deliver(entries);
  }

  broken(why: SseError): void {
    this.followers.at(-1)?.broken(why);
  }

  append(): Promise<Position> {
    throw new Error("Nothing is appended here.");
  }

  async after(at: Position): Promise<Found> {
    return { entries: [], next: at };
  }

  async close(): Promise<void> {}
}
