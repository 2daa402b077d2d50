import { Latest } from "./latest.ts";
import type { Entry } from "./log.ts";
import { Ring } from "./ring.ts";

/** What the memory log keeps of one topic. */
interface Kept {
  /** Its entries that are still in the log, oldest first. */
  readonly entries: Ring<Entry>;
  /** The offset of the last of its entries that the log let go. */
  floor: number;
}

/** A topic without entries, since when its floor only is kept. */
interface Bare {
  readonly floor: number;
  readonly since: number;
}

/**
 * For each topic, its entries in the log and its floor: the last offset let go. A cursor at or above the floors of
 * its topics misses nothing, whatever else was evicted. The floors of topics without entries are bounded in number
 * and age; those forgotten fold into one floor for all topics not known, which may tell a gap without need, never the
 * reverse.
 */
export class TopicIndex {
  readonly #kept = new Map<string, Kept>();
  /** In the order of their floors: a topic joins when its last entry goes, and entries go in log order. */
  readonly #bare = new Map<string, Bare>();
  readonly #maxBare: number;
  readonly #latest = new Latest();
  #forgotten = 0;

  constructor(maxBare: number) {
    this.#maxBare = maxBare;
  }

  add(entry: Entry): void {
    let kept = this.#kept.get(entry.topic);
    if (kept === undefined) {
      kept = { entries: new Ring(), floor: this.floor(entry.topic) };
      this.#kept.set(entry.topic, kept);
      this.#bare.delete(entry.topic);
    }
    kept.entries.push(entry);
    this.#latest.add(entry);
  }

  /** Notes that the log let go of its oldest entry, which is the oldest of its topic too. */
  evict(entry: Entry, now: number): void {
    const kept = this.#kept.get(entry.topic);
    if (kept === undefined) return;
    kept.entries.shift();
    kept.floor = entry.offset;
    this.#latest.delete(entry);
    if (kept.entries.length > 0) return;
    this.#kept.delete(entry.topic);
    this.#bare.set(entry.topic, { floor: entry.offset, since: now });
    if (this.#bare.size > this.#maxBare) this.#forgetOldest();
  }

  /** Folds the floors of topics that have had no entry since `time`. */
  forget(time: number): void {
    for (const bare of this.#bare.values()) {
      if (bare.since >= time) return;
      this.#forgetOldest();
    }
  }

  /** The last offset of the topic that is gone; at most too high, never too low. */
  floor(topic: string): number {
    return this.#kept.get(topic)?.floor ?? this.#bare.get(topic)?.floor ?? this.#forgotten;
  }

  /** The oldest offset kept for any of the topics. */
  oldest(topics: ReadonlySet<string>): number | undefined {
    let oldest: number | undefined;
    for (const topic of topics) {
      const offset = this.#kept.get(topic)?.entries.at(0)?.offset;
      if (offset !== undefined && (oldest === undefined || offset < oldest)) oldest = offset;
    }
    return oldest;
  }

  /** At most `limit` entries of the topics after `offset`, merged into log order, without what newer ones replace. */
  after(offset: number, topics: ReadonlySet<string>, limit: number): Entry[] {
    const heap: Run[] = [];
    for (const topic of topics) {
      const entries = this.#kept.get(topic)?.entries;
      if (entries === undefined) continue;
      const index = firstAfter(entries, offset);
      const entry = entries.at(index);
      if (entry !== undefined) heap.push({ entries, index, entry });
    }
    heap.sort((a, b) => a.entry.offset - b.entry.offset);
    const merged: Entry[] = [];
    for (let run = heap[0]; run !== undefined && merged.length < limit; run = heap[0]) {
      if (!this.#latest.replaces(run.entry, Number.POSITIVE_INFINITY)) merged.push(run.entry);
      const entry = run.entries.at(++run.index);
      if (entry !== undefined) run.entry = entry;
      else {
        const last = heap.pop();
        if (heap.length > 0 && last !== undefined) heap[0] = last;
      }
      sink(heap);
    }
    return merged;
  }

  #forgetOldest(): void {
    for (const [topic, bare] of this.#bare) {
      this.#forgotten = bare.floor;
      this.#bare.delete(topic);
      return;
    }
  }
}

/** One topic's entries while they are merged with others. */
interface Run {
  readonly entries: Ring<Entry>;
  index: number;
  entry: Entry;
}

/** The index of the first entry beyond `offset`. */
function firstAfter(entries: Ring<Entry>, offset: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries.at(middle)?.offset ?? Number.POSITIVE_INFINITY) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Restores the order of a binary heap whose first run has moved on. */
function sink(heap: Run[]): void {
  const run = heap[0];
  if (run === undefined) return;
  let at = 0;
  for (;;) {
    let least = 2 * at + 1;
    const left = heap[least];
    if (left === undefined) break;
    const right = heap[least + 1];
    if (right !== undefined && right.entry.offset < left.entry.offset) least++;
    const child = heap[least];
    if (child === undefined || child.entry.offset >= run.entry.offset) break;
    heap[at] = child;
    at = least;
  }
  heap[at] = run;
}
