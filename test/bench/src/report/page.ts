import { chart, escaped } from "./chart.ts";
import { shown } from "./number.ts";
import type { Outcome, Report } from "./report.ts";
import type { Summary } from "./row.ts";
import { style } from "./style.ts";

const KEY = [
  ["ours", "Longwave"],
  ["peer", "others"],
  ["limit", "the limit: a bare loop"],
  ["bare", "a route that does nothing"],
  ["noise", "noise: the limit against itself"],
] as const;

/** A page that holds all it needs, for looking at. */
export function page(report: Report): string {
  const { date, machine, runtime, rounds, quick, pinned, scenarios } = report;
  const notes = [
    machine,
    runtime,
    `${rounds} alternating ${rounds === 1 ? "round" : "rounds"}`,
    pinned ? "a core for the server, another for the load" : "not pinned to cores",
    date.slice(0, 10),
  ];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Longwave: measured side by side</title>
<style>${style}</style>
<main>
<h1>Measured side by side</h1>
<p class="lead">Each bar is a server’s cost over that of a bare loop which does nothing but write: 1× is the limit of the runtime, shorter is better. Medians of rounds in which every server had its turn; whiskers hold half of the rounds.</p>
<p class="where">${notes.map(escaped).join(" · ")}</p>
${quick ? '<p class="where failure">A quick run: a tenth of everything, to try the tool.</p>' : ""}
<ul class="key">${KEY.map(([kind, text]) => `<li><i style="background:var(--${kind})"></i>${text}</li>`).join("")}</ul>
<nav>${scenarios.map(({ name }) => `<a href="#${escaped(name)}">${escaped(name)}</a>`).join("")}</nav>
${scenarios.map(section).join("\n")}
</main>
</html>
`;
}

function section(outcome: Outcome): string {
  const { name, title, about, rows, failures, figures } = outcome;
  const [main] = figures;
  const verdicts = rows.flatMap(({ title: server, verdicts: all }) =>
    all.map((verdict) => ({ server, ...verdict })),
  );
  return `<section id="${escaped(name)}">
<h2>${escaped(title)}</h2>
<p>${escaped(about)}${main === undefined ? "" : ` Bars: ${escaped(main.label)}.`}</p>
${chart(outcome)}
<ul class="targets">${verdicts
    .map(
      ({ server, text, met }) =>
        `<li class="${met ? "met" : "not"}"><b>${met ? "met" : "missed"}</b>${escaped(server)}: ${escaped(text)}</li>`,
    )
    .join(
      "",
    )}${failures.map((failure) => `<li class="failure">did not run: ${escaped(failure)}</li>`).join("")}</ul>
<details><summary>All figures</summary><div class="wide">${table(outcome)}</div></details>
</section>`;
}

function table({ rows, figures, limit }: Outcome): string {
  const head = [
    "",
    "ratio",
    ...figures.map(({ label, unit }) => (unit === "" ? label : `${label}, ${unit}`)),
  ];
  const body = rows.map(({ title, base, ratio, figures: values }) => [
    title,
    `${shown(ratio.median)}×${base === limit ? "" : ` of ${base}`}`,
    ...figures.map(({ key }) => range(values[key])),
  ]);
  const line = (cells: readonly string[], tag: "th" | "td") =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>`;
  return `<table><thead>${line(head, "th")}</thead><tbody>${body.map((cells) => line(cells, "td")).join("")}</tbody></table>`;
}

function range(summary: Summary | undefined): string {
  if (summary === undefined) return "–";
  const { median, low, high } = summary;
  return low === high ? shown(median) : `${shown(median)} (${shown(low)}–${shown(high)})`;
}
