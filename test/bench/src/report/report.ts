import { arch, cpus, platform, release, totalmem } from "node:os";
import { pinned } from "../child.ts";
import type { Figure, Scenario } from "../scenario.ts";
import { noiseOf, type Row, rowsOf, type Sample, type Summary } from "./row.ts";

/** A scenario, as measured. */
export interface Outcome {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly limit: string;
  readonly figures: readonly Figure[];
  readonly noise: Summary;
  readonly rows: readonly Row[];
  /** What did not run, and why. */
  readonly failures: readonly string[];
}

/** All that was measured, and where. */
export interface Report {
  readonly date: string;
  readonly machine: string;
  readonly runtime: string;
  readonly pinned: boolean;
  readonly quick: boolean;
  readonly rounds: number;
  readonly scenarios: readonly Outcome[];
}

export function outcomeOf(
  scenario: Scenario,
  samples: readonly Sample[],
  failures: readonly string[],
): Outcome {
  const { name, title, about, limit, figures } = scenario;
  return {
    name,
    title,
    about,
    limit,
    figures,
    noise: noiseOf(scenario, samples),
    rows: rowsOf(scenario, samples),
    failures,
  };
}

export function reportOf(scenarios: readonly Outcome[], rounds: number, quick: boolean): Report {
  const cores = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return {
    date: new Date().toISOString(),
    machine: `${cores[0]?.model.trim() ?? arch()}, ${cores.length} cores, ${memory} GiB, ${platform()} ${release()}`,
    runtime: `Node ${process.version}`,
    pinned,
    quick,
    rounds,
    scenarios,
  };
}
