import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../src/support/run.ts";
import { answerOutcomes, outcomes } from "./outcomes.ts";
import { readers } from "./readers.ts";
import { scenarios } from "./scenarios.ts";
import { clients } from "./sdk/clients.ts";
import { answerScenarios } from "./sdk/scenarios.ts";
import { pageOf } from "./table.ts";

test("packages/core/READERS.md says what the readers do: `npm run readers` writes it", async () => {
  const page = pageOf([readers, scenarios, outcomes], [clients, answerScenarios, answerOutcomes]);
  await expect(page).toMatchFileSnapshot(join(root, "packages/core/READERS.md"));
});

test.each([
  ["readers", readers, scenarios, outcomes],
  ["clients", clients, answerScenarios, answerOutcomes],
])("what is known of %s is of those that are tested", (_kind, rows, columns, known) => {
  const names = rows.map(({ name }) => name);
  expect(Object.keys(known).filter((name) => !names.includes(name))).toEqual([]);
  const ids = columns.map(({ id }) => id);
  expect(
    Object.values(known)
      .flatMap(Object.keys)
      .filter((id) => !ids.includes(id)),
  ).toEqual([]);
});
