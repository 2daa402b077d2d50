import type { ModelReader, Published, World } from "./world.ts";

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
  /** Ends of streams whose topics were not all finished, or that had not had all of them. */
  readonly early: number;
  /** Whether all of its topics are finished, and it was never told. */
  readonly endless: boolean;
}

/**
 * Holds what a reader had against what was published, which the test wrote down itself.
 *
 * @param kept how many of the newest events the log keeps
 */
export function judge(reader: ModelReader, world: World, kept: number): Verdict {
  const published: readonly Published[] = world.published;
  const topics = new Set(reader.topics);
  const verdict: { -readonly [Key in keyof Verdict]: Verdict[Key] } = {
    repeated: [],
    disordered: [],
    lost: [],
    skipped: [],
    needless: 0,
    foreign: [],
    early: 0,
    endless: reader.stopped === undefined && world.isOver(reader.topics),
  };
  const seen = new Set<number>();
  /** Not had, with a notice. */
  const told = new Set<number>();
  /** How much there is for the reader: after it was told not to come back, nothing. */
  const all = reader.stopped ?? published.length;
  // From where on nothing may be missing; unknown before the first checkpoint of a first visit.
  let from: number | undefined;
  let last = 0;
  let notices = 0;
  /** How much had been published when the log was asked last, at most. */
  let known = 0;
  for (const { got, subscribed, ended, cursor, finished } of reader.visits) {
    known = Math.min(subscribed, ended);
    let opened = false;
    // A notice counts with the checkpoint behind it: a reader that is cut in between asks again, perhaps elsewhere,
    // where nothing is missing.
    let announced = 0;
    // Without a cursor it is a first visit, which begins at the newest: nothing before it was promised.
    if (cursor === undefined) from = undefined;
    for (const { event, data = "", id = "" } of got) {
      // Where it began is somewhere before the verb was done.
      if (event === "checkpoint") from ??= subscribed;
      if (event === "gap") {
        // Behind the first checkpoint it is one in the middle of the stream, at any time.
        if (opened) known = ended;
        announced++;
      }
      if (event === "checkpoint") {
        opened = true;
        notices += announced;
        announced = 0;
      }
      if (event !== undefined && event !== "finish") continue;
      const number = event === "finish" ? (world.numbers.get(id) ?? 0) : Number.parseInt(data, 10);
      if (!topics.has(published[number - 1]?.topic ?? "")) verdict.foreign.push(number);
      if (seen.has(number)) verdict.repeated.push(number);
      else if (number < last) verdict.disordered.push(number);
      seen.add(number);
      missed(number);
      notices = 0;
      last = number;
      // Where it began, perhaps before the verb was done: what is finished is read from its start.
      from = number;
    }
    if (finished !== undefined && !hadAll(world.numbers.get(finished) ?? 0)) verdict.early++;
  }
  if (reader.stopped !== undefined && !hadAll(reader.stopped)) verdict.early++;
  missed(all + 1);
  // Once more with all that came later: what a newer one of its key has replaced is no loss.
  verdict.lost = verdict.lost.filter((number) => !isReplaced(number));
  verdict.skipped = verdict.skipped.filter((number) => !isReplaced(number));
  return verdict;

  function missed(to: number): void {
    let some = false;
    // A reader without a checkpoint at the end has lost everything.
    const first = from ?? (to > all && reader.stopped === undefined ? 0 : to);
    for (let number = first + 1; number < to; number++) {
      if (!topics.has(published[number - 1]?.topic ?? "")) continue;
      some = true;
      if (notices > 0) told.add(number);
      if (notices === 0) verdict.lost.push(number);
      else if (number > known - kept) verdict.skipped.push(number);
    }
    // Where a first visit began is not known to the event, so what was missed of it is not either.
    if (notices > 0 && !some && from === last) verdict.needless += notices;
  }

  /** Whether all of its topics had come to their ends by then. */
  function hadAll(number: number): boolean {
    return reader.topics.every((topic) =>
      published.some((one, i) => i < number && one.topic === topic && one.last === true),
    );
  }

  /** Whether a newer one of its topic and key came to the reader, or was told to be gone. */
  function isReplaced(number: number): boolean {
    const { topic, key } = published[number - 1] ?? {};
    if (key === undefined) return false;
    return published.some(
      (other, i) =>
        i >= number && other.topic === topic && other.key === key && (seen.has(i + 1) || told.has(i + 1)),
    );
  }
}
