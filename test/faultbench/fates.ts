import type { Connection } from "./connection.ts";
import type { Place } from "./published.ts";
import type { Random } from "./random.ts";

/** What befalls a connection, and how often. */
const FATES = { stay: 20, leave: 30, reset: 18, halfClose: 10, stall: 14, early: 4, slow: 4 };
/** The same for those who have a topic with so much in it that a stall is felt. */
const FAT_FATES = { ...FATES, stay: 5, leave: 10, reset: 10, stall: 60 };
/** With what a reader comes back. */
const CURSORS = { last: 94, none: 2, malformed: 2, foreign: 2 };
const MALFORMED = ["0", "1-2-3", "-1", "$", "not a cursor", `x.${"9".repeat(300)}`, "a.b.c", ".7"];

type Fate = keyof typeof FATES;
type Coming = keyof typeof CURSORS;

export function fateOf(topics: readonly string[], random: Random): Fate {
  return random.weighted(topics.includes("fat") ? FAT_FATES : FATES);
}

/** Has it befall a connection, some time; one thing is under way at a time. */
export function suffer(
  fate: Fate,
  connection: Connection,
  random: Random,
  later: (milliseconds: number, task: () => void) => void,
): void {
  const time = random.between(200, 9_000);
  if (fate === "early") later(random.between(0, 3), () => connection.reset());
  else if (fate === "leave" || fate === "slow") later(time, () => connection.leave());
  else if (fate === "reset") later(time, () => connection.reset());
  else if (fate === "halfClose") later(time, () => connection.halfClose());
  else if (fate === "stall") {
    const stalled = random.between(500, 6_000);
    const leaves = random.chance(0.5);
    later(random.between(50, 2_000), () => {
      connection.stall();
      later(stalled, () => {
        connection.resume();
        if (leaves) later(time, () => connection.leave());
      });
    });
  }
}

export function comingWith(random: Random): Coming {
  return random.weighted(CURSORS);
}

/** A cursor that nothing goes on from, or none. */
export function cursorOf(
  coming: Exclude<Coming, "last">,
  place: Place | undefined,
  random: Random,
): string | undefined {
  if (coming === "none") return undefined;
  if (coming === "malformed") return random.pick(MALFORMED);
  return place !== undefined && random.chance(0.5)
    ? `${place.epoch}.${place.offset + 10_000_000}`
    : "another.7";
}
