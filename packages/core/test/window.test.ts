import { expect, test } from "vitest";
import { Window } from "../src/window.ts";

function windowOf(topics: string, from = 1, size = 10): Window {
  const window = new Window("e", from - 1);
  for (const [i, topic] of Array.from(topics).entries())
    window.push({ offset: from + i, topic, frame: new Uint8Array(size).fill(from + i) });
  return window;
}

const A = new Set("a");

test("an empty window is at its place, and reads nothing", () => {
  const window = new Window("e", 7);
  expect([window.first, window.newest]).toEqual([8, 7]);
  expect(window.read(7, 7, A, "a")).toEqual({ bytes: new Uint8Array(), events: 0, last: 7 });
});

test("it reads the topics asked for after an offset and up to the head, in order", () => {
  const window = windowOf("abcab", 5, 1);
  expect(window.read(4, 9, new Set("ab"), "ab")).toEqual({
    bytes: Uint8Array.of(5, 6, 8, 9),
    events: 4,
    last: 9,
  });
  expect(window.read(5, 8, new Set("ab"), "ab")).toEqual({ bytes: Uint8Array.of(6, 8), events: 2, last: 8 });
});

test("the last moves on even over nothing", () => {
  expect(windowOf("bbb").read(0, 3, A, "a")).toMatchObject({ events: 0, last: 3 });
});

test("a read is cut at 64 KiB, just before what does not fit", () => {
  const window = windowOf("abaab", 1, 30_000);
  const first = window.read(0, 5, A, "a");
  expect(first).toMatchObject({ events: 2, last: 3 });
  expect(window.read(first.last, 5, A, "a")).toMatchObject({ events: 1, last: 5 });
});

test("a stream begins with its checkpoint and more at once, shared by all that begin there", () => {
  const window = windowOf("aaaaaa", 1, 30_000);
  const beginning = Uint8Array.of(255, 254);
  const first = window.read(0, 6, A, "a", beginning);
  expect(first).toMatchObject({ events: 4, last: 4 });
  expect([first.bytes.byteLength, ...first.bytes.subarray(0, 3)]).toEqual([120_002, 255, 254, 1]);
  expect(window.read(0, 6, A, "a", Uint8Array.of(255, 254))).toBe(first);
  expect(window.read(0, 6, A, "a")).toMatchObject({ events: 2, last: 2 });
  expect(window.read(0, 6, new Set("b"), "b", beginning)).toEqual({ bytes: beginning, events: 0, last: 6 });
});

test("readers at the same place with the same topics share a read; others do not", () => {
  const window = windowOf("abab");
  const read = window.read(0, 4, A, "a");
  expect(window.read(0, 4, new Set("a"), "a")).toBe(read);
  expect(window.read(0, 4, new Set("b"), "b")).not.toBe(read);
  expect(window.read(0, 3, A, "a")).not.toBe(read);
  window.forgetReads();
  expect(window.read(0, 4, A, "a")).not.toBe(read);
});

test("a hundred different reads are right each", () => {
  const window = windowOf("a".repeat(100), 1, 1);
  for (let round = 0; round < 2; round++)
    for (let at = 0; at < 100; at++) expect(window.read(at, 100, A, "a").events).toBe(100 - at);
});

test("it lets go by number and by bytes, but of nothing that has yet to go out", () => {
  const many = windowOf("a".repeat(3_000));
  many.trim(0);
  expect(many.first).toBe(1);
  many.trim(500);
  expect(many.first).toBe(501);
  many.trim(3_000);
  expect([many.first, many.newest]).toEqual([953, 3_000]);
  const large = windowOf("a".repeat(10), 1, 1024 * 1024);
  large.trim(10);
  expect(large.first).toBe(9);
});

/** Entries of one topic by their keys; a dot is one without. */
function keyed(keys: string): Window {
  const window = new Window("e", 0);
  for (const [i, key] of Array.from(keys).entries()) {
    const framed = { offset: i + 1, topic: "a", frame: Uint8Array.of(i + 1) };
    window.push(key === "." ? framed : { ...framed, key });
  }
  return window;
}

test("a read leaves out what a newer entry of its key replaces, and moves on over it", () => {
  const window = keyed("xy.xy.");
  expect(window.read(0, 6, A, "a")).toEqual({ bytes: Uint8Array.of(3, 4, 5, 6), events: 4, last: 6 });
});

test("but not what is replaced only by what has yet to go out", () => {
  const window = keyed("xyx");
  expect(window.read(0, 2, A, "a").bytes).toEqual(Uint8Array.of(1, 2));
  expect(window.read(0, 3, A, "a").bytes).toEqual(Uint8Array.of(2, 3));
});

test("keys are of one topic: another's replace nothing", () => {
  const window = new Window("e", 0);
  for (const [i, topic] of ["a", "b"].entries())
    window.push({ offset: i + 1, topic, key: "x", frame: Uint8Array.of(i + 1) });
  expect(window.read(0, 2, new Set("ab"), "ab").events).toBe(2);
});

test("a key that was let go is as new when it comes back", () => {
  const window = keyed("x".repeat(3_000));
  window.trim(3_000);
  expect(window.read(window.first - 1, 3_000, A, "a")).toMatchObject({ events: 1, last: 3_000 });
  window.push({ offset: 3_001, topic: "a", key: "y", frame: Uint8Array.of(1) });
  expect(window.read(window.first - 1, 3_001, A, "a").events).toBe(2);
});
