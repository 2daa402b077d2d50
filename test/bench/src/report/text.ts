import { shown } from "./number.ts";
import type { Outcome, Report } from "./report.ts";
import type { Row } from "./row.ts";

/** The first lines on a terminal. */
export function heading({ machine, runtime, rounds, quick, pinned }: Omit<Report, "scenarios">): string {
  const lines = [`${machine}; ${runtime}; ${rounds} ${rounds === 1 ? "round" : "alternating rounds"}`];
  if (!pinned) lines.push("Processes are not pinned to a core each: expect noise.");
  if (quick) lines.push("Quick: a tenth of everything. To try it, not to believe it.");
  return lines.join("\n");
}

/** A scenario's table: the ratio first, then what it is of. */
export function table(outcome: Outcome): string {
  const { figures, rows, noise, limit, failures } = outcome;
  const head = [
    "server",
    "ratio",
    "spread",
    ...figures.map(({ label, unit }) => (unit ? `${label}, ${unit}` : label)),
  ];
  const cells = rows.map((row) => [
    row.title,
    `${shown(row.ratio.median)}×${row.base === limit ? "" : ` of ${row.base}`}`,
    `${shown(row.ratio.low)}–${shown(row.ratio.high)}`,
    ...figures.map(({ key }) => shown(row.figures[key]?.median ?? Number.NaN)),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((line) => line[i]?.length ?? 0)));
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join("  ");
  return [
    "",
    `${outcome.title}  [${outcome.name}]`,
    outcome.about,
    "",
    line(head),
    line(widths.map((width) => "─".repeat(width))),
    ...cells.map(line),
    `noise: ${limit} again is ${shown(noise.median)}× itself (${shown(noise.low)}–${shown(noise.high)})`,
    ...rows.flatMap(verdicts),
    ...failures.map((failure) => `did not run: ${failure}`),
  ].join("\n");
}

function verdicts({ server, verdicts: all }: Row): string[] {
  return all.map(({ met, text }) => `${met ? "met   " : "MISSED"}  ${server}: ${text}`);
}
