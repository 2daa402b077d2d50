import fc from "fast-check";
import { expect, test } from "vitest";
import { Latest } from "../src/latest.ts";

const HEAD = Number.POSITIVE_INFINITY;

test("an entry is replaced by a newer one of its topic and key", () => {
  const latest = new Latest();
  const entries = [
    { topic: "a", key: "x", offset: 1 },
    { topic: "a", key: "y", offset: 2 },
    { topic: "b", key: "x", offset: 3 },
    { topic: "a", offset: 4 },
    { topic: "a", key: "x", offset: 5 },
    { topic: "a", key: "", offset: 6 },
    { topic: "a", offset: 7 },
    { topic: "a", key: "", offset: 8 },
  ];
  for (const entry of entries) latest.add(entry);
  expect(entries.filter((entry) => latest.replaces(entry, HEAD)).map(({ offset }) => offset)).toEqual([1, 6]);
});

test("not by one that has yet to go out", () => {
  const latest = new Latest();
  const old = { topic: "a", key: "x", offset: 1 };
  latest.add(old);
  latest.add({ ...old, offset: 5 });
  expect([latest.replaces(old, 4), latest.replaces(old, 5)]).toEqual([false, true]);
});

test("topics and keys are any strings, and never joined into one", () => {
  const latest = new Latest();
  latest.add({ topic: "a b", key: "c", offset: 2 });
  expect(latest.replaces({ topic: "a", key: "b c", offset: 1 }, HEAD)).toBe(false);
  expect(latest.replaces({ topic: "__proto__", key: "constructor", offset: 1 }, HEAD)).toBe(false);
});

test("after all that was added is deleted, in order, nothing is left", () => {
  const entry = fc.record({ topic: fc.constantFrom("a", "b"), key: fc.constantFrom("x", "y", undefined) });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 30 }), fc.nat(30), (all, gone) => {
      const latest = new Latest();
      const entries = all.map(({ topic, key }, i) => ({
        topic,
        offset: i + 1,
        ...(key !== undefined && { key }),
      }));
      for (const entry of entries) latest.add(entry);
      for (const entry of entries.slice(0, gone)) latest.delete(entry);
      const kept = entries.slice(gone);
      for (const { topic, key, offset } of kept) {
        const newer = kept.some(
          (other) => other.topic === topic && other.key === key && other.offset > offset,
        );
        const asked = { topic, offset, ...(key !== undefined && { key }) };
        expect(latest.replaces(asked, HEAD)).toBe(newer && key !== undefined);
      }
      for (const entry of kept) latest.delete(entry);
      expect(latest.size).toBe(0);
    }),
  );
});
