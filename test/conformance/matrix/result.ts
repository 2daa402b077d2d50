import { readFile, writeFile } from "node:fs/promises";
import { type Capability, lacking } from "../check.ts";
import { checks } from "../checks.ts";
import { cells } from "./cells.ts";

/** What became of the checks in one cell. */
export interface CellResult {
  /** How many hold. */
  readonly passed: number;
  /** What the cell cannot do, by the ids of the checks that have no meaning there, or `all`. */
  readonly cannot: Readonly<Record<string, string>>;
}

/** What `npm run matrix` has found, once every check in every cell held or was named as what the cell cannot. */
export interface MatrixResult {
  /** Each check as it was then: its level and its promise, by its id. */
  readonly checks: Readonly<Record<string, string>>;
  readonly cells: Readonly<Record<string, CellResult>>;
}

const file = new URL("matrix.json", import.meta.url);

export async function readResult(): Promise<MatrixResult> {
  return JSON.parse(await readFile(file, "utf8")) as MatrixResult;
}

export async function writeResult(result: MatrixResult): Promise<void> {
  await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
}

/** What a run has to find by the checks and cells as they are defined. */
export function expectedResult(): MatrixResult {
  return {
    checks: Object.fromEntries(checks.map(({ id, level, promise }) => [id, `${level}: ${promise}`])),
    cells: Object.fromEntries(
      cells.map(({ name, incapable }) => {
        if (incapable.serve !== undefined) return [name, { passed: 0, cannot: { all: "serve" } }];
        const needs = checks.map((check) => [check.id, lacking(check, incapable)] as const);
        const cannot = needs.filter((need): need is [string, Capability] => need[1] !== undefined);
        return [name, { passed: checks.length - cannot.length, cannot: Object.fromEntries(cannot) }];
      }),
    ),
  };
}
