import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";

const allowed = new Set([
  "LICENSE",
  "README.md",
  "examples",
  "package-lock.json",
  "package.json",
  "packages",
  "test",
  "tsconfig.json",
  "turbo.json",
]);
const local = new Set(["node_modules", "coverage"]);

test("the top of the repository holds nothing that belongs elsewhere", async () => {
  const names = await readdir(new URL("../..", import.meta.url));
  const strange = names.filter((name) => !name.startsWith(".") && !allowed.has(name) && !local.has(name));
  expect(strange).toEqual([]);
});
