import fc from "fast-check";
import { expect, test } from "vitest";
import type { Entry } from "../src/log.ts";
import { TopicIndex } from "../src/topic-index.ts";

const NO_BODY = new Uint8Array();

/** An index of these topics' entries, from offset 1, the first few of them let go. */
function indexOf(topics: string, gone: number, maxBare = 100): TopicIndex {
  const index = new TopicIndex(maxBare);
  const entries: Entry[] = Array.from(topics, (topic, i) => ({ offset: i + 1, topic, body: NO_BODY }));
  for (const entry of entries) index.add(entry);
  for (const entry of entries.slice(0, gone)) index.evict(entry, 0);
  return index;
}

function offsets(entries: readonly Entry[]): number[] {
  return entries.map(({ offset }) => offset);
}

test("a topic's floor is the last of its entries that is gone", () => {
  const index = indexOf("abacb", 3);
  expect([index.floor("a"), index.floor("b"), index.floor("c"), index.floor("never")]).toEqual([3, 2, 0, 0]);
});

test("a topic that comes back after its last entry was gone keeps its floor", () => {
  const index = indexOf("ab", 2);
  index.add({ offset: 3, topic: "a", body: NO_BODY });
  expect(index.floor("a")).toBe(1);
  expect(offsets(index.after(1, new Set("a"), 10))).toEqual([3]);
});

test("floors beyond the bound fold into one, for every topic not known: too high, never too low", () => {
  const index = indexOf("abcd", 3, 2);
  expect([index.floor("a"), index.floor("b"), index.floor("c"), index.floor("d")]).toEqual([1, 2, 3, 0]);
  expect(index.floor("never")).toBe(1);
});

test("a topic that is new to the index begins at the common floor, which may be its own forgotten one", () => {
  const index = indexOf("ab", 2, 0);
  index.add({ offset: 3, topic: "a", body: NO_BODY });
  expect(index.floor("a")).toBe(2);
});

test("floors older than a time are forgotten", () => {
  const index = new TopicIndex(100);
  for (const [i, topic] of ["a", "b", "c"].entries()) {
    const entry = { offset: i + 1, topic, body: NO_BODY };
    index.add(entry);
    index.evict(entry, 10 * i);
  }
  index.forget(10);
  expect([index.floor("a"), index.floor("b"), index.floor("never")]).toEqual([1, 2, 1]);
  index.forget(1_000);
  expect(index.floor("never")).toBe(3);
});

test("the oldest of topics: the least offset kept, or none", () => {
  const index = indexOf("abcb", 1);
  expect(index.oldest(new Set("abc"))).toBe(2);
  expect(index.oldest(new Set("c"))).toBe(3);
  expect(index.oldest(new Set("a"))).toBeUndefined();
  expect(index.oldest(new Set())).toBeUndefined();
});

test("after gives what a filter over all entries would, merged and limited", () => {
  const letters = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "__proto__"), { maxLength: 60 });
  fc.assert(
    fc.property(
      letters,
      fc.nat(60),
      fc.nat(60),
      fc.nat(20),
      fc.subarray(Array.from("abcdef")),
      (all, gone, at, limit, some) => {
        const entries = all.map((topic, i) => ({ offset: i + 1, topic, body: NO_BODY }));
        const index = new TopicIndex(100);
        for (const entry of entries) index.add(entry);
        for (const entry of entries.slice(0, gone)) index.evict(entry, 0);
        const topics = new Set([...some, "__proto__"]);
        const expected = entries
          .slice(gone)
          .filter(({ topic, offset }) => topics.has(topic) && offset > at)
          .slice(0, limit);
        expect(index.after(at, topics, limit)).toEqual(expected);
      },
    ),
    { numRuns: 500 },
  );
});

test("after leaves out what newer entries of the same topic and key replace", () => {
  const entry = fc.record({
    topic: fc.constantFrom("a", "b", "c"),
    key: fc.constantFrom("x", "y", undefined),
  });
  fc.assert(
    fc.property(
      fc.array(entry, { maxLength: 60 }),
      fc.nat(60),
      fc.nat(60),
      fc.integer({ min: 1, max: 20 }),
      fc.subarray(Array.from("abc")),
      (all, gone, at, limit, some) => {
        const index = new TopicIndex(100);
        const entries: Entry[] = all.map(({ topic, key }, i) => ({
          offset: i + 1,
          topic,
          body: NO_BODY,
          ...(key !== undefined && { key }),
        }));
        for (const entry of entries) index.add(entry);
        for (const entry of entries.slice(0, gone)) index.evict(entry, 0);
        const expected = entries.slice(gone).filter(({ topic, key, offset }) => {
          const same = entries.filter((other) => other.topic === topic && other.key === key);
          return some.includes(topic) && offset > at && (key === undefined || same.at(-1)?.offset === offset);
        });
        expect(index.after(at, new Set(some), limit)).toEqual(expected.slice(0, limit));
      },
    ),
    { numRuns: 300 },
  );
});
