import { expect, test } from "vitest";
import { Ends } from "../src/ends.ts";

test("a topic is finished from when it is added until it is deleted", () => {
  const ends = new Ends(10);
  ends.add("a", 3);
  expect([ends.has("a"), ends.has("b")]).toEqual([true, false]);
  ends.delete("a");
  ends.delete("never");
  expect([ends.has("a"), ends.offsets.size]).toEqual([false, 0]);
});

test("of all topics together: the last of their ends, or none while one goes on", () => {
  const ends = new Ends(
    10,
    new Map([
      ["a", 3],
      ["b", 7],
    ]),
  );
  expect(ends.ofAll(["a"])).toBe(3);
  expect(ends.ofAll(["b", "a"])).toBe(7);
  expect(ends.ofAll(["a", "b", "c"])).toBeUndefined();
  expect(ends.ofAll(["__proto__"])).toBeUndefined();
});

test("it is bounded: the oldest end is forgotten first, of those it was given too", () => {
  const ends = new Ends(2, new Map([...Array(5).keys()].map((i) => [`${i}`, i])));
  expect([...ends.offsets]).toEqual([
    ["3", 3],
    ["4", 4],
  ]);
  ends.add("a", 9);
  expect([...ends.offsets.keys()]).toEqual(["4", "a"]);
  const none = new Ends(0);
  none.add("a", 1);
  expect(none.has("a")).toBe(false);
});

test("what it was given is not its own: it changes nothing there, nor hears of changes", () => {
  const known = new Map([["a", 1]]);
  const ends = new Ends(1, known);
  ends.add("b", 2);
  known.set("c", 3);
  expect([[...known.keys()], [...ends.offsets.keys()]]).toEqual([["a", "c"], ["b"]]);
});
