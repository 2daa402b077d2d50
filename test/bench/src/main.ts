import { writeFile } from "node:fs/promises";
import { optionsOf, usage } from "./options.ts";
import { page } from "./report/page.ts";
import { type Outcome, outcomeOf, reportOf } from "./report/report.ts";
import { heading, table } from "./report/text.ts";
import { runRounds } from "./rounds.ts";

async function bench(args: readonly string[]): Promise<void> {
  const { scenarios, servers, rounds, quick, json, html } = optionsOf(args);
  console.log(heading(reportOf([], rounds, quick)));
  const outcomes: Outcome[] = [];
  for (const scenario of scenarios) {
    const { samples, failures } = await runRounds(scenario, { servers, rounds, quick, tell });
    tell("");
    if (samples.length === 0 && failures.length === 0) continue;
    const outcome = outcomeOf(scenario, samples, failures);
    outcomes.push(outcome);
    console.log(table(outcome));
    // After each scenario, so that a run that is stopped leaves what it has.
    const report = reportOf(outcomes, rounds, quick);
    if (json !== undefined) await writeFile(json, `${JSON.stringify(report, undefined, 2)}\n`);
    if (html !== undefined) await writeFile(html, page(report));
  }
}

/** One line that changes, where somebody looks. */
function tell(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${step}`);
}

try {
  if (process.argv.includes("--help")) console.log(usage);
  else await bench(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(`\n${usage}`);
  process.exitCode = 1;
}
