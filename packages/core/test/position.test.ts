import { expect, test } from "vitest";
import { fromCursor, isEpoch, newEpoch, toCursor } from "../src/position.ts";

test.each([
  ["e.0", { epoch: "e", offset: 0 }],
  ["-_~aZ9.17", { epoch: "-_~aZ9", offset: 17 }],
  [`e.${Number.MAX_SAFE_INTEGER}`, { epoch: "e", offset: Number.MAX_SAFE_INTEGER }],
  [`${"e".repeat(64)}.1`, { epoch: "e".repeat(64), offset: 1 }],
])("the cursor %s is a position, and back", (cursor, position) => {
  expect(fromCursor(cursor)).toEqual(position);
  expect(toCursor(position)).toBe(cursor);
});

test.each([
  "",
  ".",
  "e",
  "e.",
  ".1",
  "earliest",
  "0",
  "-",
  "$",
  ">",
  "+",
  "*",
  "-1",
  "1e9",
  "1-2-3",
  "18446744073709551616-0",
  "e.-1",
  "e.+1",
  "e.01",
  "e.1.2",
  "e.1e3",
  "e. 1",
  "e.1 ",
  "e.1\n",
  " e.1",
  "é.1",
  "e.１",
  `e.${2 ** 53}`,
  "e.99999999999999999",
  `${"e".repeat(65)}.1`,
  "x".repeat(16 * 1024),
  "e.1, e.1",
])("the text %j is no cursor", (text) => {
  expect(fromCursor(text)).toBeUndefined();
});

test("epochs: what they may be, and that no two are alike", () => {
  const epochs = new Set(Array.from({ length: 1_000 }, newEpoch));
  expect(epochs.size).toBe(1_000);
  for (const epoch of epochs) expect(isEpoch(epoch)).toBe(true);
  for (const text of ["", "a.b", "a b", "é", "a".repeat(65), 5, undefined, null])
    expect(isEpoch(text)).toBe(false);
});
