import type { ModelReader } from "./world.ts";

/** What may not happen to a reader. */
export interface Verdict {
  readonly repeated: number[];
  readonly disordered: number[];
  /** Published, not had, and no notice says so. */
  readonly lost: number[];
  /** Skipped after a notice, although the log still had it. */
  readonly skipped: number[];
  /** Notices without anything that was missed. */
  readonly needless: number;
  readonly foreign: number[];
}

/**
 * Holds what a reader had against what was published, which the test wrote down itself.
 *
 * @param published the topic of each event; an event's number is its place, from 1
 * @param kept how many of the newest events the log keeps
 */
export function judge(reader: ModelReader, published: readonly string[], kept: number): Verdict {
  const topics = new Set(reader.topics);
  const verdict = { repeated: [], disordered: [], lost: [], skipped: [], needless: 0, foreign: [] } as {
    -readonly [Key in keyof Verdict]: Verdict[Key];
  };
  const seen = new Set<number>();
  // From where on nothing may be missing; unknown before the first checkpoint of a first visit.
  let from: number | undefined;
  let last = 0;
  let notices = 0;
  /** How much had been published when the log was asked last, at most. */
  let known = 0;
  for (const { got, subscribed, ended, cursor } of reader.visits) {
    known = Math.min(subscribed, ended);
    let opened = false;
    // A notice counts with the checkpoint behind it: a reader that is cut in between asks again, perhaps elsewhere,
    // where nothing is missing.
    let told = 0;
    // Without a cursor it is a first visit, which begins at the newest: nothing before it was promised.
    if (cursor === undefined) from = undefined;
    for (const { event, data = "" } of got) {
      // Where it began is somewhere before the verb was done.
      if (event === "checkpoint") from ??= subscribed;
      if (event === "gap") {
        // Behind the first checkpoint it is one in the middle of the stream, at any time.
        if (opened) known = ended;
        told++;
      }
      if (event === "checkpoint") {
        opened = true;
        notices += told;
        told = 0;
      }
      if (event !== undefined) continue;
      const number = Number.parseInt(data, 10);
      if (!topics.has(published[number - 1] ?? "")) verdict.foreign.push(number);
      if (seen.has(number)) verdict.repeated.push(number);
      else if (number < last) verdict.disordered.push(number);
      seen.add(number);
      missed(number);
      notices = 0;
      last = number;
      from = Math.max(from ?? 0, number);
    }
  }
  missed(published.length + 1);
  return verdict;

  function missed(to: number): void {
    let some = false;
    // A reader without a checkpoint at the end has lost everything.
    const first = from ?? (to > published.length ? 0 : to);
    for (let number = first + 1; number < to; number++) {
      if (!topics.has(published[number - 1] ?? "")) continue;
      some = true;
      if (notices === 0) verdict.lost.push(number);
      else if (number > known - kept) verdict.skipped.push(number);
    }
    // Where a first visit began is not known to the event, so what was missed of it is not either.
    if (notices > 0 && !some && from === last) verdict.needless += notices;
  }
}
