import { WORKS } from "./scenario.ts";

/** What is known of a reader in a scenario. */
export interface Outcome {
  /** What the scenario finds; tests hold it against the reader. */
  readonly found: string;
  /** Whether that is what an application wants, if it heeds the note. */
  readonly can: boolean;
  /** The condition, or the reason. */
  readonly note?: string;
}

/** What differs from "it works, and nothing need be known": by reader, then by scenario. */
export type Outcomes = Readonly<Record<string, Readonly<Record<string, Outcome>>>>;

const PLAIN: Outcome = { found: WORKS, can: true };

/** It works, but the application must know something. */
export function worksIf(note: string, found: string = WORKS): Outcome {
  return { found, can: true, note };
}

export function cannot(found: string, note: string): Outcome {
  return { found, can: false, note };
}

export function outcomeOf(outcomes: Outcomes, reader: string, scenario: string): Outcome {
  return outcomes[reader]?.[scenario] ?? PLAIN;
}
