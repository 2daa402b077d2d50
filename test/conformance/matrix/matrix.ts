import { afterAll } from "vitest";
import { FixtureProcess } from "../process.ts";
import { conformance, memory } from "../suite.ts";
import { direct } from "../targets.ts";
import { cells } from "./cells.ts";
import { isChosen } from "./chosen.ts";

/** Declares the tests of all chosen cells on a runtime, but for those of `conformance.test.ts`. */
export function matrix(name: string): void {
  const chosen = cells.filter((cell) => cell.runtime.name === name && isChosen(cell.name));
  const elsewhere = new FixtureProcess(chosen[0]?.runtime.command ?? []);
  afterAll(() => elsewhere.stop());
  const here = chosen[0]?.runtime.command.length === 0;
  conformance(
    memory,
    chosen
      .filter(({ framework }) => !here || !direct.some(({ name: one }) => one === framework.name))
      .map((cell) => ({
        name: cell.name,
        incapable: cell.incapable,
        start: (options) =>
          here ? cell.framework.start(options) : elsewhere.start(cell.framework.name, options),
      })),
  );
}
