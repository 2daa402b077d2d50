import type { Faults } from "./faults.ts";
import type { Published } from "./messages.ts";

/** A place in the log, as ids give it. */
export interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/** How many numbers of a lane are remembered: much more than can be under way. */
const KEPT = 10_000;
/** How many lanes are: more than a log holds events of, jobs being as short-lived as they are. */
const LANES = 4_000;

/** One producer's numbers on one topic: which were published, and where the log put them. */
export class Lane {
  readonly name: string;
  readonly topic: string;
  /** The highest number known to be in the log. */
  top = 0;
  /** `null`: the log did not say whether it has it. */
  readonly #places = new Map<number, Place | null>();
  #forgotten = 0;

  constructor(name: string) {
    this.name = name;
    this.topic = name.slice(0, name.indexOf("/"));
  }

  /** Where a number is; `null` if that is in doubt, `undefined` if nothing was heard of it yet. */
  place(number: number): Place | null | undefined {
    return this.#places.get(number);
  }

  /** Whether the number is so old that nothing is remembered of it. */
  forgot(number: number): boolean {
    return number <= this.#forgotten;
  }

  /** Whether the log had an event of the lane beyond one place and up to another of the same epoch. */
  between(after: Place, to: Place): boolean {
    for (let number = this.top; !this.forgot(number); number--) {
      const place = this.#places.get(number);
      if (place === null) continue;
      if (place === undefined || place.epoch !== after.epoch || place.offset <= after.offset) return false;
      if (place.offset <= to.offset) return true;
    }
    // Of what is so old nobody can say that it was not needed.
    return true;
  }

  note(number: number, place: Place | null): void {
    const known = this.#places.get(number);
    if (known !== undefined && known !== null) return;
    this.#places.set(number, place);
    if (place !== null && number > this.top) this.top = number;
    while (this.#places.size > KEPT) {
      this.#forgotten++;
      this.#places.delete(this.#forgotten);
    }
  }
}

/** Everything that was published, lane by lane, from what publishers were told and from what readers saw. */
export class PublishedLanes {
  readonly #faults: Faults;
  readonly #lanes = new Map<string, Lane>();
  readonly #byTopic = new Map<string, Lane[]>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  lane(name: string): Lane {
    let lane = this.#lanes.get(name);
    if (lane === undefined) {
      lane = new Lane(name);
      this.#lanes.set(name, lane);
      const others = this.#byTopic.get(lane.topic);
      if (others === undefined) this.#byTopic.set(lane.topic, [lane]);
      else others.push(lane);
      this.#forget();
    }
    return lane;
  }

  ofTopic(topic: string): readonly Lane[] {
    return this.#byTopic.get(topic) ?? [];
  }

  /** A publisher was told where its event is, or that it is not known to be anywhere. */
  published({ lane: name, number, epoch, offset }: Published): void {
    const told = epoch === undefined || offset === undefined ? null : { epoch, offset };
    this.#note(name, number, told);
  }

  /** A reader saw it there. */
  seen(lane: Lane, number: number, place: Place): void {
    this.#note(lane.name, number, place);
  }

  /** Forgets the oldest job: other topics go on, and have few lanes. */
  #forget(): void {
    if (this.#lanes.size <= LANES) return;
    for (const { name, topic } of this.#lanes.values()) {
      if (!topic.startsWith("job")) continue;
      this.#lanes.delete(name);
      this.#byTopic.delete(topic);
      return;
    }
  }

  #note(name: string, number: number, place: Place | null): void {
    const lane = this.lane(name);
    const known = lane.place(number);
    if (known && place && (known.epoch !== place.epoch || known.offset !== place.offset)) {
      this.#faults.add("misplaced", `${name} ${number} is at ${text(known)} and at ${text(place)}`);
    }
    if (!lane.forgot(number)) lane.note(number, place);
  }
}

export function text({ epoch, offset }: Place): string {
  return `${epoch}.${offset}`;
}

/** The place that an id of the log stands for. */
export function placeOf(id: string | undefined): Place | undefined {
  const match = /^([\w~-]+)\.(\d+)$/.exec(id ?? "");
  if (match === null) return undefined;
  return { epoch: match[1] ?? "", offset: Number(match[2]) };
}
