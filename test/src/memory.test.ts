import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { node } from "./support/run.ts";

/** Runs a script that measures its own memory, and prints what it found as JSON on its last line. */
async function measured(script: URL): Promise<Record<string, number>> {
  const { code, stdout, stderr } = await node(["--expose-gc", fileURLToPath(script)]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Record<string, number>;
}

test("1,000 readers, ten that take nothing, 20,000 events of 1 kB: memory is the log's bound and 64 kB per slow reader", async () => {
  const {
    grown = Number.POSITIVE_INFINITY,
    bound = 0,
    ...found
  } = await measured(new URL("memory/in-memory.mjs", import.meta.url));
  expect(grown).toBeLessThanOrEqual(bound);
  expect(found).toEqual({ fast: 990, slow: 10, returned: 10, told: 10 });
});

test("over sockets, 100 readers, ten that stall, 5,000 events: the same", async () => {
  const found = await measured(new URL("memory/sockets.mjs", import.meta.url));
  const { grown = Number.POSITIVE_INFINITY, bound = 0, told = 0, ...readers } = found;
  expect(grown).toBeLessThanOrEqual(bound);
  expect(readers).toEqual({ fast: 90, returned: 10, faults: 0 });
  // Else the system's buffers took it all, and nobody stalled.
  expect(told).toBeGreaterThan(0);
});
