import { parseArgs } from "node:util";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";
import { serverInfo } from "./servers.ts";

export interface Options {
  readonly scenarios: readonly Scenario[];
  /** Only these, and what they are held against. */
  readonly servers: readonly string[] | undefined;
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: string | undefined;
  readonly html: string | undefined;
}

export const usage: string = `npm run bench -- [options]

  --scenarios a,b   only these: ${scenarios.map(({ name }) => name).join(", ")}
  --servers x,y     only these, and what they are held against
  --rounds N        how often each server's turn comes (5; with --quick 1)
  --quick           a tenth of everything: to try it, not to believe it
  --json FILE       all samples
  --html FILE       a page to look at`;

export function optionsOf(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      scenarios: { type: "string" },
      servers: { type: "string" },
      rounds: { type: "string" },
      quick: { type: "boolean", default: false },
      json: { type: "string" },
      html: { type: "string" },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 5));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds must be 1 or more, got ${values.rounds}.`);
  const names = values.servers?.split(",");
  for (const name of names ?? []) serverInfo(name);
  return {
    scenarios: values.scenarios?.split(",").map(scenarioNamed) ?? scenarios,
    servers: names,
    rounds,
    quick: values.quick,
    json: values.json,
    html: values.html,
  };
}

function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  throw new Error(
    `There is no scenario "${name}", only ${scenarios.map((scenario) => scenario.name).join(", ")}.`,
  );
}
