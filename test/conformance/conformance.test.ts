import { expect, test } from "vitest";
import { checks } from "./checks.ts";
import { conformance } from "./suite.ts";

test("ids are unique and well formed", () => {
  const ids = checks.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  for (const id of ids) expect(id).toMatch(/^[A-Z]+-\d\d$/);
});

test("a promise is one line, and not too long for a table", () => {
  for (const { id, promise } of checks) expect(promise, id).toMatch(/^[^\n]{10,130}\.$/);
});

conformance({
  name: "memory log",
  optionsOf: async (history) => (history === undefined ? {} : { history }),
  stop: async () => {},
  incapable: {},
});
