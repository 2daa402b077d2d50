import { expect, test } from "vitest";
import { Joiner, MAX_BATCH_BYTES, MAX_FIRST_BATCH_BYTES } from "../src/batch.ts";
import type { Framed } from "../src/log.ts";

function framed(offset: number, size: number): Framed {
  return { offset, topic: "a", frame: new Uint8Array(size).fill(offset) };
}

function joined(...frames: readonly Framed[]): ReturnType<Joiner["batches"]> {
  const joiner = new Joiner();
  for (const frame of frames) joiner.add(frame);
  return joiner.batches();
}

test("frames are joined in order, and counted", () => {
  const [batch, ...others] = joined(framed(3, 2), framed(5, 1), framed(9, 2));
  expect(others).toEqual([]);
  expect(batch).toEqual({ bytes: Uint8Array.of(3, 3, 5, 9, 9), events: 3, last: 9 });
});

test("nothing gives no batch", () => {
  expect(joined()).toEqual([]);
});

test("a single frame is its batch, not a copy", () => {
  const only = framed(1, 10);
  expect(joined(only)[0]?.bytes).toBe(only.frame);
});

test("a batch is cut at 64 KiB, between frames", () => {
  expect(MAX_BATCH_BYTES).toBe(65_536);
  const half = MAX_BATCH_BYTES / 2;
  expect(joined(framed(1, half), framed(2, half)).map(({ last }) => last)).toEqual([2]);
  expect(joined(framed(1, half), framed(2, half), framed(3, 1)).map(({ last }) => last)).toEqual([2, 3]);
  expect(joined(framed(1, half), framed(2, half + 1)).map(({ events, last }) => [events, last])).toEqual([
    [1, 1],
    [1, 2],
  ]);
});

test("a frame over the bound is a batch of its own, and is not cut", () => {
  const big = framed(2, MAX_BATCH_BYTES * 3);
  const batches = joined(framed(1, 5), big, framed(3, 5));
  expect(batches.map(({ last }) => last)).toEqual([1, 2, 3]);
  expect(batches[1]?.bytes).toBe(big.frame);
});

test("what a stream begins with is no event, and goes with up to 128 KiB", () => {
  expect(MAX_FIRST_BATCH_BYTES).toBe(131_072);
  const beginning = new Uint8Array(100).fill(7);
  const begun = (...frames: readonly Framed[]) => {
    const joiner = new Joiner(beginning);
    for (const one of frames) joiner.add(one);
    return joiner.batches().map(({ bytes, events, last }) => [bytes.byteLength, events, last]);
  };
  expect(new Joiner(beginning).batches()[0]?.bytes).toBe(beginning);
  const rest = MAX_FIRST_BATCH_BYTES - 100;
  expect(begun(framed(1, 10), framed(2, rest - 10), framed(3, 1))).toEqual([
    [MAX_FIRST_BATCH_BYTES, 2, 2],
    [1, 1, 3],
  ]);
  expect(begun(framed(1, rest + 1), framed(2, 1))).toEqual([
    [100, 0, 0],
    [rest + 1, 1, 1],
    [1, 1, 2],
  ]);
});

test("full says whether a frame would begin another batch", () => {
  const joiner = new Joiner();
  expect(joiner.full(framed(1, MAX_BATCH_BYTES * 2))).toBe(false);
  joiner.add(framed(1, 1));
  expect(joiner.full(framed(2, MAX_BATCH_BYTES - 1))).toBe(false);
  expect(joiner.full(framed(2, MAX_BATCH_BYTES))).toBe(true);
});
