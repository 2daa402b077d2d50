import type { Sample } from "./report/row.ts";
import type { Scenario } from "./scenario.ts";
import { Stage } from "./stage.ts";

export interface Plan {
  readonly servers: readonly string[] | undefined;
  readonly rounds: number;
  readonly quick: boolean;
  /** Hears of each step. */
  readonly tell: (step: string) => void;
}

export interface Rounds {
  readonly samples: readonly Sample[];
  readonly failures: readonly string[];
}

/**
 * Runs a scenario: in each round every server once, side by side with the others, in processes of its own; the limit
 * first and last. Every other round goes backwards, so that a machine that gets slower or faster favours nobody.
 */
export async function runRounds(scenario: Scenario, { servers, rounds, quick, tell }: Plan): Promise<Rounds> {
  const samples: Sample[] = [];
  const failures = new Set<string>();
  const order = orderOf(scenario, servers);
  const times = Math.min(rounds, scenario.mostRounds ?? rounds);
  for (let round = 0; round < times; round++) {
    for (const server of round % 2 === 0 ? order : order.toReversed()) {
      tell(`${scenario.name}, round ${round + 1} of ${times}: ${server}`);
      try {
        samples.push({ server, round, figures: await measure(scenario, server, quick) });
      } catch (error) {
        failures.add(`${server}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
  return { samples, failures: [...failures] };
}

/** Those that were asked for and what they are held against, the limit at both ends. */
export function orderOf(scenario: Scenario, asked: readonly string[] | undefined): string[] {
  const { servers, limit, base } = scenario;
  const taking = servers.filter((name) => asked === undefined || asked.includes(name));
  const bases = taking.map((name) => base?.(name) ?? limit);
  const between = new Set([...bases, ...taking]);
  between.delete(limit);
  return [limit, ...between, limit];
}

async function measure(scenario: Scenario, server: string, quick: boolean): Promise<Sample["figures"]> {
  const stage = await Stage.start(server, quick);
  try {
    return await scenario.run(stage);
  } finally {
    await stage.stop();
  }
}
