import { Faults } from "./faults.ts";
import { History } from "./history.ts";
import type { Published } from "./messages.ts";
import { type Lane, type Place, PublishedLanes, text } from "./published.ts";

/** Numbers of a lane that a reader passed over, to be held against what was published. */
interface Skipped {
  readonly reader: string;
  readonly lane: Lane;
  readonly after: number;
  readonly before: number;
  /** Set where it began, or went on after a gap: what lies up to there it need not have. */
  readonly base: Place | undefined;
}

/** A number in doubt that a reader was not given: if another reader was, it is a loss. */
interface Doubt {
  readonly reader: string;
  readonly lane: Lane;
  readonly number: number;
  readonly base: Place | undefined;
}

/** How many doubts are kept. */
const MAX_DOUBTS = 100_000;

/**
 * Holds what each reader saw against what was published, and knows nothing else: no log, no hub. What it cannot judge
 * yet, since the publisher's word is still under way, waits.
 */
export class Checker {
  readonly faults: Faults = new Faults();
  readonly published: PublishedLanes = new PublishedLanes(this.faults);
  readonly count: (what: string) => void;
  #skipped: Skipped[] = [];
  readonly #doubts: Doubt[] = [];

  constructor(count: (what: string) => void) {
    this.count = count;
  }

  visit(reader: string, topics: readonly string[]): History {
    return new History(this, reader, topics);
  }

  /** Takes what publishers were told. */
  note(events: readonly Published[]): void {
    for (const event of events) this.published.published(event);
    this.#judge();
  }

  skipped(reader: string, lane: Lane, after: number, before: number, base: Place | undefined): void {
    if (before - after <= 1) return;
    const skipped = { reader, lane, after, before, base };
    if (!this.#judged(skipped)) this.#skipped.push(skipped);
  }

  /** Looks whether a reader has the last of a lane, or need not. */
  ended(history: History, lane: Lane, base: Place | undefined): void {
    if (lane.top === 0 || history.has(lane, lane.top)) return;
    this.skipped(history.name, lane, Math.max(history.last(lane), lane.top - 1), lane.top + 1, base);
  }

  /** Everything was heard: what waits is judged, and what is still unknown is a fault of the bench. */
  finish(): void {
    this.#judge();
    for (const { reader, lane, after, before } of this.#skipped) {
      this.faults.add("unjudged", `${reader} skipped ${lane.name} ${after + 1} to ${before - 1}`);
    }
    this.#skipped = [];
    for (const { reader, lane, number, base } of this.#doubts) {
      const place = lane.place(number);
      if (place && !covers(base, place)) this.#lost(reader, lane, number, place);
    }
    this.#doubts.length = 0;
  }

  #judge(): void {
    this.#skipped = this.#skipped.filter((skipped) => !this.#judged(skipped));
  }

  /** From the newest down, until one is found that need not have come. False when not all is known yet. */
  #judged({ reader, lane, after, before, base }: Skipped): boolean {
    const lost: [number, Place][] = [];
    const doubts: number[] = [];
    for (let number = before - 1; number > after && !lane.forgot(number); number--) {
      const place = lane.place(number);
      if (place === undefined) return false;
      if (place === null) doubts.push(number);
      else if (covers(base, place)) break;
      else lost.push([number, place]);
    }
    for (const [number, place] of lost) this.#lost(reader, lane, number, place);
    for (const number of doubts) {
      if (this.#doubts.length < MAX_DOUBTS) this.#doubts.push({ reader, lane, number, base });
    }
    return true;
  }

  #lost(reader: string, lane: Lane, number: number, place: Place): void {
    this.faults.add(
      "loss",
      `${reader} never got ${lane.name} ${number} at ${text(place)}, and was told of no gap`,
    );
  }
}

function covers(base: Place | undefined, place: Place): boolean {
  return base !== undefined && (base.epoch !== place.epoch || place.offset <= base.offset);
}
