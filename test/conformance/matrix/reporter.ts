import { isDeepStrictEqual } from "node:util";
import type { Reporter, TestModule } from "vitest/node";
import { runtimes } from "../runtimes.ts";
import { frameworks } from "../targets.ts";
import { writeGuarantees } from "./guarantees.ts";
import { type CellResult, expectedResult, type MatrixResult, writeResult } from "./result.ts";

/** What was found of one cell so far. */
interface Found {
  passed: number;
  readonly cannot: Record<string, string>;
  readonly failed: string[];
}

/** Prints the table of a run; writes its result, and what is made of it, when it was a whole one and nothing failed. */
export default class MatrixReporter implements Reporter {
  readonly #checks: Record<string, string> = {};
  readonly #cells = new Map<string, Found>();

  async onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): Promise<void> {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { parent, name } = test;
        if (parent.type === "suite") this.#add(parent.name, name, test.result().state === "passed");
      }
    }
    console.log(`\n${this.#table()}\n`);
    for (const [cell, { failed }] of this.#cells) {
      for (const name of failed) console.log(`failed: ${cell}: ${name}`);
    }
    const failed = errors.length + [...this.#cells.values()].reduce((sum, one) => sum + one.failed.length, 0);
    if (failed > 0 || process.env["LONGWAVE_MATRIX"] !== "all") return;
    await this.#write();
  }

  #add(suite: string, test: string, passed: boolean): void {
    const cell = /^(\w+(?: on \S+)?), memory log$/.exec(suite)?.[1];
    const [, id = "", promise = "", cannot] = /^(\S+) (.*?)(?: ?\[cannot: (.*)\])?$/.exec(test) ?? [];
    if (cell === undefined) return;
    // Those in the process of the tests are named by their framework alone.
    const name = cell.includes(" on ") ? cell : `${cell} on ${runtimes[0]?.name}`;
    const found = this.#cells.get(name) ?? { passed: 0, cannot: {}, failed: [] };
    this.#cells.set(name, found);
    if (!passed) found.failed.push(test);
    else if (cannot === undefined) found.passed++;
    else found.cannot[id] = cannot;
    if (id !== "all") this.#checks[id] = promise;
  }

  async #write(): Promise<void> {
    const expected = expectedResult();
    const result: MatrixResult = {
      checks: Object.fromEntries(Object.keys(expected.checks).map((id) => [id, this.#checks[id] ?? ""])),
      cells: Object.fromEntries(
        Object.keys(expected.cells).map((name): [string, CellResult] => {
          const { passed = 0, cannot = {} } = this.#cells.get(name) ?? {};
          return [name, { passed, cannot }];
        }),
      ),
    };
    if (!isDeepStrictEqual(result, expected)) throw new Error("Not every check was run in every cell.");
    await writeResult(result);
    await writeGuarantees(result);
    console.log("Written: matrix.json, and the tables of guarantees.\n");
  }

  /** Frameworks by runtimes: how many checks hold, and how many have no meaning there. */
  #table(): string {
    const rows = [
      ["", ...runtimes.map(({ title }) => title)],
      ...frameworks.map((framework) => [
        framework.title.replaceAll("`", ""),
        ...runtimes.map((runtime) => shown(this.#cells.get(`${framework.name} on ${runtime.name}`))),
      ]),
    ];
    const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
    return rows.map((row) => row.map((text, at) => text.padEnd(widths[at] ?? 0)).join("  ")).join("\n");
  }
}

function shown(found: Found | undefined): string {
  if (found === undefined) return "";
  const { passed, cannot, failed } = found;
  if ("all" in cannot) return "cannot";
  const named = Object.keys(cannot).length;
  return [
    `${passed}`,
    ...(named === 0 ? [] : [`${named} cannot`]),
    ...(failed.length === 0 ? [] : [`${failed.length} FAILED`]),
  ].join(" + ");
}
