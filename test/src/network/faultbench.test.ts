import { expect, test } from "vitest";
import { bench } from "../../faultbench/bench.ts";

// `npm run faults` is the long run. This one is of the same parts, and shows that the bench itself runs: had nobody
// stalled or come back, it would find nothing.
test("a short run of the fault bench: nothing lost, repeated, out of order or left behind", {
  timeout: 120_000,
}, async () => {
  const { counts, faults, examples } = await bench({ seed: 4, seconds: 8, readers: 150 });
  expect({ faults, examples }).toEqual({ faults: {}, examples: [] });
  expect(counts["deliveries"]).toBeGreaterThan(5_000);
  expect(counts["reconnects"]).toBeGreaterThan(50);
  expect(counts["stalls"]).toBeGreaterThan(10);
  expect(counts["finished"]).toBeGreaterThan(10);
  expect(counts["bench break"]).toBeGreaterThan(0);
  expect(counts["observed events"]).toBeGreaterThanOrEqual(counts["deliveries"] ?? 0);
});
