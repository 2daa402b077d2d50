import { readFile, writeFile } from "node:fs/promises";
import type { Capability } from "../check.ts";
import { groups } from "../checks.ts";
import { runtimes } from "../runtimes.ts";
import { frameworks } from "../targets.ts";
import { cells } from "./cells.ts";
import type { MatrixResult } from "./result.ts";

const readme = new URL("../../../README.md", import.meta.url);
const page = new URL("../GUARANTEES.md", import.meta.url);
const BEGIN = "<!-- guarantees -->";
const END = "<!-- /guarantees -->";

/** A table of the README's: what users can rely on, where. */
function summary({ checks, cells: results }: MatrixResult): string {
  const columns = [
    ...runtimes.map(({ name, title }) => ({
      title,
      cells: cellNames((cell) => cell.runtime.name === name && cell.framework.name !== "http2"),
    })),
    { title: "HTTP/2", cells: cellNames((cell) => cell.framework.name === "http2") },
  ];
  const rows = groups.map(({ name, ids, promise }) => {
    const group = Object.keys(checks).filter((id) => ids.includes(id.slice(0, -3)));
    const marks = columns.map((column) => mark(results, column.cells, group));
    return `| **${name}** | ${promise} | ${group.length} | ${marks.join(" | ")} |`;
  });
  return [
    `| | | checks | ${columns.map(({ title }) => title).join(" | ")} |`,
    `|---|---|---|${columns.map(() => ":-:|").join("")}`,
    ...rows,
  ].join("\n");
}

function cellNames(is: (cell: (typeof cells)[number]) => boolean): string[] {
  return cells.filter(is).map(({ name }) => name);
}

/** A tick when all of the group is held in all of the cells; in parentheses, but for what a cell cannot do. */
function mark(results: MatrixResult["cells"], names: readonly string[], group: readonly string[]): string {
  const named = names.flatMap((name) => Object.keys(results[name]?.cannot ?? {}));
  return group.some((id) => named.includes(id)) ? "(✓)" : "✓";
}

/** The README with its table of guarantees as it has to be. */
export async function readmeOf(result: MatrixResult): Promise<string> {
  const text = await readFile(readme, "utf8");
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`README.md has no ${BEGIN} … ${END}.`);
  return `${text.slice(0, begin + BEGIN.length)}\n\n${summary(result)}\n\n${text.slice(end)}`;
}

/** The page of all checks, and of what is not checked where. */
export function pageOf({ checks, cells: results }: MatrixResult): string {
  const total = Object.keys(checks).length;
  const table = frameworks.map(({ name, title }) => {
    const counts = runtimes.map((runtime) => {
      const { passed = 0, cannot = {} } = results[`${name} on ${runtime.name}`] ?? {};
      return "all" in cannot ? "[cannot](#what-cannot-be)" : `${passed}`;
    });
    return `| ${title} | ${counts.join(" | ")} |`;
  });
  return `# Guarantees

What Longwave promises, checked over the network in every framework on every runtime by \`npm run matrix\`, which
writes this page. Ids are permanent. MUST and SHOULD are as in RFC 2119.

How many of the ${total} checks hold; what is left has no meaning there, and is named below.

| | ${runtimes.map(({ title }) => title).join(" | ")} |
|---|${runtimes.map(() => "---|").join("")}
${table.join("\n")}

## What cannot be

| where | which checks | why |
|---|---|---|
${incapacities(results).join("\n")}

## All checks

| id | level | promise |
|---|---|---|
${Object.entries(checks)
  .map(([id, text]) => {
    const [level, ...promise] = text.split(": ");
    return `| ${id} | ${level} | ${promise.join(": ")} |`;
  })
  .join("\n")}
`;
}

/** A row for each thing that a framework cannot do, everywhere or on some runtimes. */
function incapacities(results: MatrixResult["cells"]): string[] {
  const rows = new Map<string, { readonly where: Map<string, string[]>; readonly ids: Set<string> }>();
  for (const { name, framework, runtime, incapable } of cells) {
    for (const [id, capability] of Object.entries(results[name]?.cannot ?? {})) {
      const { reason = "", link = "" } = incapable[capability as Capability] ?? {};
      const why = `${reason} [More](${link})`;
      const row = rows.get(why) ?? { where: new Map<string, string[]>(), ids: new Set<string>() };
      rows.set(why, row);
      row.ids.add(id);
      const on = row.where.get(framework.title) ?? [];
      row.where.set(framework.title, on);
      if (!on.includes(runtime.title)) on.push(runtime.title);
    }
  }
  return [...rows].map(([why, { where, ids }]) => {
    const places = [...where].map(([framework, on]) => `${framework} on ${on.join(", ")}`);
    return `| ${places.join("; ")} | ${[...ids].join(", ")} | ${why} |`;
  });
}

export async function writeGuarantees(result: MatrixResult): Promise<void> {
  await writeFile(readme, await readmeOf(result));
  await writeFile(page, pageOf(result));
}

/** The pages as they are. */
export async function guaranteesNow(): Promise<{ readonly readme: string; readonly page: string }> {
  return { readme: await readFile(readme, "utf8"), page: await readFile(page, "utf8") };
}
