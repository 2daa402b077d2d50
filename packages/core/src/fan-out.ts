import { type Batch, Joiner } from "./batch.ts";
import type { Framed } from "./log.ts";

/** One subscribed stream, as the tail sees it. */
export interface Reader {
  readonly topics: ReadonlySet<string>;
  /** Whether it has had everything up to the head, and takes what comes next. */
  readonly live: boolean;
  /** Whether it writes to a socket of its own. To ask brings into the cache what `take` needs. */
  readonly near?: boolean;
  /** Takes a batch that follows on what it had. MUST NOT throw. */
  take(batch: Batch): void;
  /** The tail has moved on, or is back: read on. MUST NOT throw. */
  wake(): void;
  /** A topic of its own has come to its end. MUST NOT throw. */
  finish(): void;
  /** Entries are no longer delivered: be live no more, and keep the position reached. */
  interrupt(): void;
  /** For the fan-out alone: the turn in which `mask` was last set, and which of that turn's topics the reader has. */
  turn: number;
  mask: number;
  /**
   * Where it sits among the readers of its first topic, and of each of the others, in their order: leaving costs no
   * search. Most have one topic, and a list of one takes as much as all the rest of this.
   */
  seat: number;
  seats: number[] | undefined;
}

/** The readers of one topic. */
interface Audience {
  /** An array, for the loop; a seat that was left is null until the list is closed up. */
  readers: (Reader | null)[];
  empty: number;
}

/** The seat of a reader that has none. */
export const NO_SEAT = -1;

/** How many readers are looked at before the first of them is written to. */
const AHEAD = 16;

/** As many topics as a bit mask can tell apart in a small integer. */
const MAX_TOPICS_AT_ONCE = 30;

/** Which readers hear which topic, and the loop that hands a turn's batches to them. */
export class FanOut {
  readonly #audiences = new Map<string, Audience>();
  #turn = 0;
  /** How many of the readers looked at last were near: kept, or the compiler would leave out the looking. */
  near = 0;

  /** All readers, those of several topics several times. */
  *readers(): Iterable<Reader> {
    for (const { readers } of this.#audiences.values()) {
      for (const reader of readers) if (reader !== null) yield reader;
    }
  }

  /** Tells the readers of a topic that it has come to its end. */
  finish(topic: string): void {
    for (const reader of this.#audiences.get(topic)?.readers ?? []) reader?.finish();
  }

  add(reader: Reader): void {
    // As long as it needs to be: an array that grows has room for 17.
    reader.seat = NO_SEAT;
    for (const topic of reader.topics) {
      let audience = this.#audiences.get(topic);
      if (audience === undefined) {
        audience = { readers: [], empty: 0 };
        this.#audiences.set(topic, audience);
      }
      if (reader.seat === NO_SEAT) reader.seat = audience.readers.length;
      else {
        reader.seats ??= [];
        reader.seats.push(audience.readers.length);
      }
      audience.readers.push(reader);
    }
  }

  delete(reader: Reader): void {
    const { seats } = reader;
    let { seat } = reader;
    let index = 0;
    if (seat === NO_SEAT) return;
    reader.seat = NO_SEAT;
    reader.seats = undefined;
    for (const topic of reader.topics) {
      if (index > 0) seat = seats?.[index - 1] ?? NO_SEAT;
      index++;
      const audience = this.#audiences.get(topic);
      if (audience === undefined) continue;
      audience.readers[seat] = null;
      audience.empty++;
      if (audience.empty === audience.readers.length) this.#audiences.delete(topic);
      else if (audience.empty > 32 && audience.empty * 2 > audience.readers.length) closeUp(audience, topic);
    }
  }

  /** How many readers a topic has. */
  readersOf(topic: string): number {
    const audience = this.#audiences.get(topic);
    return audience === undefined ? 0 : audience.readers.length - audience.empty;
  }

  /** Hands a turn's entries to the live readers of their topics, each reader's in log order. */
  deliver(entries: readonly Framed[]): void {
    let start = 0;
    while (start < entries.length) {
      const topics = new Map<string, number>();
      let end = start;
      for (; end < entries.length; end++) {
        const topic = entries[end]?.topic ?? "";
        if (topics.has(topic)) continue;
        if (topics.size === MAX_TOPICS_AT_ONCE) break;
        topics.set(topic, 1 << topics.size);
      }
      const part = start === 0 && end === entries.length ? entries : entries.slice(start, end);
      if (topics.size === 1) this.#deliverOne(part);
      else this.#deliverMany(part, topics);
      start = end;
    }
  }

  /** The common case, one topic spoke: no grouping, the same batches for its whole audience. */
  #deliverOne(entries: readonly Framed[]): void {
    const audience = this.#audiences.get(entries[0]?.topic ?? "");
    if (audience === undefined) return;
    for (const batch of joined(entries)) this.#hand(batch, audience.readers);
  }

  #hand(batch: Batch, readers: Audience["readers"]): void {
    // Who comes during the loop is not live yet; who leaves empties a seat, or has the list closed up into another.
    for (let i = 0, n = readers.length; i < n; i++) {
      if (i % AHEAD === 0) this.#lookAhead(readers, i);
      const reader = readers[i];
      if (reader?.live === true) reader.take(batch);
    }
  }

  /**
   * Looks at what the next few readers are about to need. Each object of theirs is a miss of the cache: one after the
   * other, between two writes, they are waited for; looked at in a row, they come together.
   */
  #lookAhead(readers: Audience["readers"], from: number): void {
    let near = 0;
    for (let i = from, end = Math.min(from + AHEAD, readers.length); i < end; i++)
      if (readers[i]?.near === true) near++;
    this.near = near;
  }

  /** Several topics spoke: readers that have the same ones of them share their batches. */
  #deliverMany(entries: readonly Framed[], topics: ReadonlyMap<string, number>): void {
    const turn = ++this.#turn;
    const heard: Reader[] = [];
    for (const [topic, bit] of topics) {
      for (const reader of this.#audiences.get(topic)?.readers ?? []) {
        if (reader?.live !== true) continue;
        if (reader.turn !== turn) {
          reader.turn = turn;
          reader.mask = 0;
          heard.push(reader);
        }
        reader.mask |= bit;
      }
    }
    const groups = new Map<number, Reader[]>();
    for (const reader of heard) {
      const group = groups.get(reader.mask);
      if (group === undefined) groups.set(reader.mask, [reader]);
      else group.push(reader);
    }
    for (const [mask, readers] of groups) {
      // Batches outside, readers inside: a transport that remembers what it framed last then frames each batch once.
      const own = entries.filter(({ topic }) => ((topics.get(topic) ?? 0) & mask) !== 0);
      for (const batch of joined(own)) this.#hand(batch, readers);
    }
  }
}

function joined(entries: readonly Framed[]): readonly Batch[] {
  const joiner = new Joiner();
  for (const entry of entries) joiner.add(entry);
  return joiner.batches();
}

function closeUp(audience: Audience, topic: string): void {
  const readers: Reader[] = [];
  for (const reader of audience.readers) {
    if (reader === null) continue;
    sit(reader, topic, readers.length);
    readers.push(reader);
  }
  // Another array, so that a loop over the old one goes on undisturbed.
  audience.readers = readers;
  audience.empty = 0;
}

/** Gives a reader another seat in a topic of its own. */
function sit(reader: Reader, topic: string, seat: number): void {
  let index = 0;
  for (const own of reader.topics) {
    if (own === topic) break;
    index++;
  }
  if (index === 0) reader.seat = seat;
  else if (reader.seats !== undefined) reader.seats[index - 1] = seat;
}
