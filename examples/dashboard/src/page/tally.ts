import { type Cursor, parseCursor } from "./cursor.ts";

/** The counts that are kept over a reload. */
export interface Counts {
  received: number;
  resumed: number;
  missing: number;
  repeated: number;
  gaps: number;
}

/** Counts events by their cursors. The page has all topics, so the offsets it gets have no holes. */
export class Tally {
  readonly counts: Counts;
  cursor: string | undefined;
  #at: Cursor | undefined;

  constructor(counts: Counts | undefined, cursor: string | undefined) {
    this.counts = counts ?? { received: 0, resumed: 0, missing: 0, repeated: 0, gaps: 0 };
    if (cursor !== undefined) this.goTo(cursor);
  }

  /** Whether everything up to a cursor has come. */
  reached(cursor: string): boolean {
    const { epoch, offset } = parseCursor(cursor);
    return this.#at?.epoch === epoch && this.#at.offset >= offset;
  }

  /** The stream goes on from here, by what the server says. */
  goTo(cursor: string): void {
    this.cursor = cursor;
    this.#at = parseCursor(cursor);
  }

  /** A checkpoint: only a stream's first says something new to who has every topic. */
  check(cursor: string): void {
    if (this.#at?.epoch !== parseCursor(cursor).epoch) this.goTo(cursor);
  }

  count(cursor: string): void {
    const { offset } = parseCursor(cursor);
    const { counts } = this;
    const before = this.#at?.offset ?? offset - 1;
    counts.received++;
    if (offset <= before) counts.repeated++;
    else counts.missing += offset - before - 1;
    this.goTo(cursor);
  }
}
