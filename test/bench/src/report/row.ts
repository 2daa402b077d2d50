import type { Figure, Figures, Scenario, Target } from "../scenario.ts";
import { serverInfo } from "../servers.ts";
import { isMet, mean, median, spread } from "../statistics.ts";

/** What one server came to in one round. The limit has two: it runs first and last. */
export interface Sample {
  readonly server: string;
  readonly round: number;
  readonly figures: Figures;
}

/** Values of all rounds, and what stands for them. */
export interface Summary {
  readonly values: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

interface Verdict {
  readonly text: string;
  readonly met: boolean;
}

/** One server's line in a scenario's table. */
export interface Row {
  readonly server: string;
  readonly title: string;
  readonly kind: string;
  readonly base: string;
  readonly figures: Readonly<Record<string, Summary>>;
  /** The first figure over the base's of the same round. */
  readonly ratio: Summary;
  readonly verdicts: readonly Verdict[];
}

function summaryOf(values: readonly number[]): Summary {
  const [low, high] = spread(values);
  return { values, median: median(values), low, high };
}

/** The limit's second run over its first, of each round: what a ratio of 1 looks like on this machine now. */
export function noiseOf(scenario: Scenario, samples: readonly Sample[]): Summary {
  const [{ key }] = scenario.figures;
  const ratios = roundsOf(samples).flatMap((round) => {
    const [first, second] = valuesOf(samples, scenario.limit, key, round);
    return first === undefined || second === undefined ? [] : [second / first];
  });
  return summaryOf(ratios);
}

/** A row for each server that has samples. */
export function rowsOf(scenario: Scenario, samples: readonly Sample[]): readonly Row[] {
  const names = new Set(samples.map(({ server }) => server));
  return [...names].map((server) => rowOf(scenario, samples, server));
}

function rowOf(scenario: Scenario, samples: readonly Sample[], server: string): Row {
  const { title, kind } = serverInfo(server);
  const [main] = scenario.figures;
  const base = scenario.base?.(server) ?? scenario.limit;
  const figures: Record<string, Summary> = {};
  for (const { key } of scenario.figures) {
    const values = roundsOf(samples).map((round) => mean(valuesOf(samples, server, key, round)));
    figures[key] = summaryOf(values.filter((value) => Number.isFinite(value)));
  }
  const verdicts = scenario.targets
    .filter(({ servers }) => servers.includes(server))
    .map((target) => verdictOf(target, scenario.figures, compare(samples, server, base, target)));
  const ratio = summaryOf(compare(samples, server, base, { figure: main.key, as: "ratio" }));
  return { server, title, kind, base, figures, ratio, verdicts };
}

/** A figure of each round against the base's of the same round; the limit's two runs are taken together. */
function compare(
  samples: readonly Sample[],
  server: string,
  base: string,
  { figure, as }: Pick<Target, "figure" | "as">,
): number[] {
  return roundsOf(samples).flatMap((round) => {
    const own = mean(valuesOf(samples, server, figure, round));
    const other = mean(valuesOf(samples, base, figure, round));
    const value = as === "value" ? own : as === "ratio" ? own / other : own - other;
    return Number.isFinite(value) ? [value] : [];
  });
}

function verdictOf(target: Target, figures: readonly Figure[], values: readonly number[]): Verdict {
  const { figure, as, most, least, aim } = target;
  const { label, unit } = figures.find(({ key }) => key === figure) ?? { label: figure, unit: "" };
  const bound = most === undefined ? `≥ ${least}` : `≤ ${most}`;
  const what = {
    ratio: `${label} to base ${bound}×`,
    excess: `${label} over base ${bound} ${unit}`,
    value: `${label} ${bound} ${unit}`,
  }[as];
  const text = `${what.trim()}${aim === undefined ? "" : ` (aim ${aim})`}: ${median(values).toFixed(2)}`;
  return { text, met: isMet(values, target) };
}

function roundsOf(samples: readonly Sample[]): readonly number[] {
  return [...new Set(samples.map(({ round }) => round))];
}

function valuesOf(samples: readonly Sample[], server: string, key: string, round: number): number[] {
  return samples
    .filter((sample) => sample.server === server && sample.round === round)
    .map(({ figures }) => figures[key] ?? Number.NaN);
}
