import { expect, test } from "vitest";
import { checks, groups } from "./checks.ts";
import { conformance, memory } from "./suite.ts";
import { direct } from "./targets.ts";

test("ids are unique and well formed", () => {
  const ids = checks.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  for (const id of ids) expect(id).toMatch(/^[A-Z]+-\d\d$/);
});

test("a promise is one line, and not too long for a table", () => {
  for (const { id, promise } of checks) expect(promise, id).toMatch(/^[^\n]{10,130}\.$/);
});

test("every check is in one group, by its id, and no group is empty", () => {
  for (const { id } of checks)
    expect(
      groups.filter(({ ids }) => ids.includes(id.slice(0, -3))),
      id,
    ).toHaveLength(1);
  for (const { ids, name } of groups)
    expect(
      checks.some(({ id }) => ids.includes(id.slice(0, -3))),
      name,
    ).toBe(true);
});

conformance(memory, direct);
