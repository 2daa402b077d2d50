import type { Faults } from "./faults.ts";
import { type Lane, type Place, type PublishedLanes, placeOf, text } from "./published.ts";
import { isKeyed, KEYS } from "./topics.ts";

/** Who knows what was published, and judges what a reader did not get. */
interface Judge {
  readonly faults: Faults;
  readonly published: PublishedLanes;
  count(what: string): void;
  skipped(reader: string, lane: Lane, after: number, before: number, base: Place | undefined): void;
  ended(history: History, lane: Lane, base: Place | undefined): void;
}

/** What a reader has had of one lane. */
interface Had {
  last: number;
  /** For keyed lanes, the last of each key. */
  readonly keys: number[] | undefined;
  /** Whether its next number may be any that is beyond the base: nothing came of it since. */
  fresh: boolean;
}

/**
 * What one reader has seen in one visit: from its first checkpoint, over its reconnects, for as long as it brings its
 * last cursor. A number a lane, whatever the length of the run.
 */
export class History {
  readonly name: string;
  readonly topics: readonly string[];
  readonly #judge: Judge;
  readonly #had = new Map<Lane, Had>();
  /** Of what is beyond it, nothing may be missing. */
  #base: Place | undefined;
  #at: Place | undefined;
  #gapTold = false;

  constructor(judge: Judge, name: string, topics: readonly string[]) {
    this.#judge = judge;
    this.name = name;
    this.topics = topics;
  }

  /** A connection begins; what the last one left unfinished is told again. */
  connects(): void {
    this.#gapTold = false;
  }

  gap(): void {
    this.#gapTold = true;
  }

  checkpoint(id: string | undefined): void {
    const place = placeOf(id);
    const { faults } = this.#judge;
    if (place === undefined) {
      faults.add("bad id", `${this.name}: a checkpoint with ${id}`);
      return;
    }
    if (this.#base === undefined || this.#gapTold) {
      if (this.#at?.epoch === place.epoch && place.offset < this.#at.offset) {
        faults.add("repetition", `${this.name} was at ${text(this.#at)}, and after a gap goes on from ${id}`);
      }
      if (this.#gapTold && this.#at?.epoch === place.epoch) this.#weigh(this.#at, place);
      this.#base = place;
      for (const had of this.#had.values()) had.fresh = true;
    } else if (this.#at !== undefined && (this.#at.epoch !== place.epoch || place.offset < this.#at.offset)) {
      faults.add("misorder", `${this.name} was at ${text(this.#at)}, and was told that it is at ${id}`);
    }
    this.#gapTold = false;
    this.#at = place;
  }

  /** A gap is needless when nothing of its topics lies between: allowed, and counted. */
  #weigh(from: Place, to: Place): void {
    const { published } = this.#judge;
    const needed = this.topics.some((topic) =>
      published.ofTopic(topic).some((lane) => topic.startsWith("job") || lane.between(from, to)),
    );
    if (!needed) this.#judge.count("gap needless");
  }

  /** An event that is the log's own, such as the end of a topic. Gives where it is. */
  moves(id: string | undefined, what: string): Place | undefined {
    const place = placeOf(id);
    const { faults } = this.#judge;
    if (place === undefined || this.#base === undefined) {
      faults.add("bad id", `${this.name}: ${what} with ${id}, before a checkpoint or without a place`);
      return undefined;
    }
    if (this.#at !== undefined) {
      if (place.epoch !== this.#at.epoch) {
        faults.add("silent epoch", `${this.name} went from ${text(this.#at)} to ${id} without a gap`);
      } else if (place.offset <= this.#at.offset) {
        const kind = place.offset === this.#at.offset ? "repetition" : "misorder";
        faults.add(kind, `${this.name} was at ${text(this.#at)} and got ${what} at ${id}`);
      }
    }
    this.#at = place;
    return place;
  }

  event(lane: Lane, number: number, id: string | undefined): void {
    const place = this.moves(id, `${lane.name} ${number}`);
    const judge = this.#judge;
    if (place === undefined || this.#base === undefined) return;
    judge.published.seen(lane, number, place);
    let had = this.#had.get(lane);
    if (had === undefined) {
      had = { last: 0, keys: isKeyed(lane.topic) ? new Array<number>(KEYS).fill(0) : undefined, fresh: true };
      this.#had.set(lane, had);
    }
    if (number <= had.last) {
      const kind = number === had.last ? "repetition" : "misorder";
      judge.faults.add(kind, `${this.name} got ${lane.name} ${number} after ${had.last}`);
      return;
    }
    // What a newer event of its key stands for need not come.
    if (had.keys === undefined && (had.fresh || number !== had.last + 1)) {
      judge.skipped(this.name, lane, had.last, number, had.fresh ? this.#base : undefined);
    }
    had.last = number;
    had.fresh = false;
    if (had.keys !== undefined) had.keys[number % KEYS] = number;
  }

  /** Whether it has the number, or one of its key that stands for it. */
  has(lane: Lane, number: number): boolean {
    const had = this.#had.get(lane);
    if (had === undefined) return false;
    return (had.keys === undefined ? had.last : (had.keys[number % KEYS] ?? 0)) >= number;
  }

  /** The last number that it has of a lane. */
  last(lane: Lane): number {
    return this.#had.get(lane)?.last ?? 0;
  }

  /** Looks whether it has the ends of all lanes of its topics; those up to its base it need not. */
  ends(): void {
    for (const topic of this.topics) {
      for (const lane of this.#judge.published.ofTopic(topic)) this.#judge.ended(this, lane, this.#base);
    }
  }
}
