import { type BenchEvent, eventOf } from "./event.ts";

/** When events are published. */
export interface Schedule {
  readonly events: number;
  readonly perTurn: number;
  /** About how many bytes each event's data has. */
  readonly bytes: number;
  /** Milliseconds from one turn to the next; 0: as fast as the event loop goes. */
  readonly gap: number;
}

/** Runs `turn(first, last)` for all events of a schedule, the turns apart from each other; resolves after the last. */
export function runTurns(schedule: Schedule, turn: (from: number, to: number) => void): Promise<void> {
  const { events, perTurn, gap } = schedule;
  const began = performance.now();
  let done = 0;
  let turns = 0;
  return new Promise((resolve) => {
    const next = () => {
      const to = Math.min(events, done + perTurn);
      turn(done, to);
      done = to;
      turns++;
      if (done >= events) resolve();
      else if (gap > 0) setTimeout(next, Math.max(0, began + turns * gap - performance.now()));
      // Twice, or what a server does at the end of its turn would take in the next turn's events, and "one event per
      // turn" would be measured as two.
      else setImmediate(() => setImmediate(next));
    };
    setImmediate(next);
  });
}

/** Sources for `pipe`: all that are open give an event in each turn, without a timer of their own. */
export class Sources {
  #turns: Promise<void>[] = [];
  #resolve: (() => void)[] = [];
  #bytes = 0;
  #events = 0;

  /** Must come before the sources are opened. */
  prepare({ events, bytes }: Pick<Schedule, "events" | "bytes">): void {
    this.#events = events;
    this.#bytes = bytes;
    this.#resolve = [];
    this.#turns = Array.from({ length: events }, () => {
      return new Promise((resolve) => {
        this.#resolve.push(resolve);
      });
    });
  }

  turn(n: number): void {
    this.#resolve[n]?.();
  }

  /**
   * Never ends: the stream stays open, as one does whose source thinks about its next event. Given in the shape that
   * the server takes, so that nobody needs a second generator around it.
   */
  async *open<Shape>(shape: (event: BenchEvent) => Shape): AsyncGenerator<Shape, void, undefined> {
    const turns = this.#turns;
    for (let n = 0; n < this.#events; n++) {
      await turns[n];
      yield shape(eventOf(n, this.#bytes));
    }
    await new Promise(() => {});
  }
}

export const sources: Sources = new Sources();
