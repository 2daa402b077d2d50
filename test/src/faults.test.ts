import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checks } from "../conformance/checks.ts";
import { faults } from "../faults/faults.ts";
import { root } from "./support/run.ts";

// `npm run test:faults` plants the faults and shows that their checks go red. It takes minutes; this keeps its table
// true between its runs.

test.for(faults.map((one) => [one.fault, one] as const))(
  "%s: it can be planted, in one place",
  async ([, { patch }]) => {
    const source = await readFile(join(root, patch.file), "utf8");
    expect(source.split(patch.find).length - 1, patch.find).toBe(1);
    expect(patch.replace).not.toBe(patch.find);
  },
);

test.for(faults.map((one) => [one.fault, one] as const))("%s: its check is there", async ([, { check }]) => {
  const conformance = /^\w+, memory log ([A-Z]+-\d\d) $/.exec(check.name);
  if (conformance === null) {
    const source = await readFile(join(root, check.file), "utf8");
    expect(source).toContain(`"${check.name}"`);
  } else expect(checks.map(({ id }) => id)).toContain(conformance[1]);
});
