import fc from "fast-check";
import { expect, test } from "vitest";
import { Ring } from "../src/ring.ts";

test("an empty ring gives nothing", () => {
  const ring = new Ring<number>();
  expect([ring.length, ring.shift(), ring.at(0), ring.at(-1)]).toEqual([0, undefined, undefined, undefined]);
});

test("it is the queue that an array would be, whatever is done to it", () => {
  const step = fc.oneof(
    { weight: 5, arbitrary: fc.constant("push" as const) },
    { weight: 3, arbitrary: fc.constant("shift" as const) },
    { weight: 1, arbitrary: fc.constant("clear" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: "max" }), (steps) => {
      const ring = new Ring<number>();
      const model: number[] = [];
      let next = 0;
      for (const todo of steps) {
        if (todo === "push") {
          ring.push(next);
          model.push(next++);
        } else if (todo === "shift") expect(ring.shift()).toBe(model.shift());
        else {
          ring.clear();
          model.length = 0;
        }
        expect(ring.length).toBe(model.length);
      }
      expect(Array.from({ length: ring.length + 2 }, (_, i) => ring.at(i - 1))).toEqual([
        undefined,
        ...model,
        undefined,
      ]);
    }),
  );
});
