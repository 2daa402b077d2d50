import { expect, test } from "vitest";
import { FanOut } from "../src/fan-out.ts";
import type { Framed } from "../src/log.ts";
import { FakeReader } from "./support/fake-reader.ts";

const encoder = new TextEncoder();

/** Frames of a turn, as `A1 C2 A3` names them: their topics in lower case, and their offsets. */
function turnOf(names: string): Framed[] {
  return names.split(" ").map((name) => ({
    topic: name.replace(/\d+$/, "").toLowerCase(),
    offset: Number(/\d+$/.exec(name)?.[0]),
    frame: encoder.encode(`${name} `),
  }));
}

function fanOutTo(...readers: readonly FakeReader[]): FanOut {
  const fanOut = new FanOut();
  for (const reader of readers) fanOut.add(reader);
  return fanOut;
}

test("a reader of two topics gets a turn in log order: A1 C2 A3, in one write", () => {
  const both = new FakeReader("a", "c");
  const one = new FakeReader("a");
  fanOutTo(both, one).deliver(turnOf("A1 C2 A3"));
  expect(both.text).toBe("A1 C2 A3 ");
  expect(both.batches).toMatchObject([{ events: 3, last: 3 }]);
  expect(one.text).toBe("A1 A3 ");
  expect(one.batches).toMatchObject([{ events: 2, last: 3 }]);
});

test("readers who have the same of the turn's topics share one buffer", () => {
  const readers = [new FakeReader("a", "b", "x"), new FakeReader("b", "a"), new FakeReader("a", "y", "b")];
  fanOutTo(...readers).deliver(turnOf("A1 B2"));
  expect(new Set(readers.map(({ batches }) => batches[0]?.bytes)).size).toBe(1);
});

test("a common topic and a private one each: when the common one alone spoke, all share one buffer", () => {
  const readers = Array.from({ length: 1_000 }, (_, i) => new FakeReader("common", `private-${i}x`));
  const fanOut = fanOutTo(...readers);
  fanOut.deliver(turnOf("COMMON1 COMMON2"));
  expect(new Set(readers.map(({ batches }) => batches[0]?.bytes)).size).toBe(1);
  fanOut.deliver(turnOf("COMMON3 PRIVATE-7X4"));
  expect(new Set(readers.map(({ batches }) => batches[1]?.bytes)).size).toBe(2);
  expect(readers[7]?.text).toBe("COMMON1 COMMON2 COMMON3 PRIVATE-7X4 ");
});

test("one event is written as the very frame that is in the log", () => {
  const reader = new FakeReader("a");
  const turn = turnOf("A1");
  fanOutTo(reader).deliver(turn);
  expect(reader.batches[0]?.bytes).toBe(turn[0]?.frame);
});

test.each([29, 30, 31, 32, 33, 60, 61, 100])("%d topics in one turn: nobody loses or mixes any", (count) => {
  const names = Array.from({ length: count }, (_, i) => `t${i}-`);
  const all = new FakeReader(...names);
  const each = names.map((name) => new FakeReader(name));
  const ends = new FakeReader(names[0] ?? "", names.at(-1) ?? "");
  const turn = [...names, ...names.slice().reverse()].map((topic, i) => ({
    topic,
    offset: i + 1,
    frame: encoder.encode(`${topic}${i + 1} `),
  }));
  fanOutTo(all, ...each, ends).deliver(turn);
  expect(all.text).toBe(turn.map(({ frame }) => new TextDecoder().decode(frame)).join(""));
  for (const [i, reader] of each.entries())
    expect(reader.text).toBe(`t${i}-${i + 1} t${i}-${2 * count - i} `);
  expect(ends.text).toBe(`t0-1 t${count - 1}-${count} t${count - 1}-${count + 1} t0-${2 * count} `);
});

test("who is not live is left out, with one topic and with several", () => {
  const late = new FakeReader("a", "b");
  late.live = false;
  const fanOut = fanOutTo(late, new FakeReader("a"));
  fanOut.deliver(turnOf("A1"));
  fanOut.deliver(turnOf("A2 B3"));
  expect(late.text).toBe("");
});

test("who is interrupted by the first batch of a turn gets no second", () => {
  const reader = new FakeReader("a", "b");
  reader.ontake = () => reader.interrupt();
  const big = (offset: number, topic: string) => ({ topic, offset, frame: new Uint8Array(60_000) });
  const fanOut = fanOutTo(reader);
  fanOut.deliver([big(1, "a"), big(2, "a")]);
  expect(reader.batches.map(({ last }) => last)).toEqual([1]);
  reader.live = true;
  fanOut.deliver([big(3, "a"), big(4, "b")]);
  expect(reader.batches.map(({ last }) => last)).toEqual([1, 3]);
});

test("readers that leave during the loop, themselves or each other, cost nobody an event", () => {
  const readers = Array.from({ length: 200 }, () => new FakeReader("a"));
  const fanOut = fanOutTo(...readers);
  const leave = (reader: FakeReader | undefined) => {
    if (reader === undefined) return;
    reader.live = false;
    fanOut.delete(reader);
  };
  for (const [i, reader] of readers.entries()) {
    // Every other leaves; the tenth takes the hundred behind it along, so that the list is closed up meanwhile.
    if (i % 2 === 1) reader.ontake = () => leave(reader);
    if (i === 10) reader.ontake = () => readers.slice(50, 150).forEach(leave);
  }
  fanOut.deliver(turnOf("A1"));
  for (const [i, reader] of readers.entries()) expect(reader.text).toBe(i >= 50 && i < 150 ? "" : "A1 ");
  expect(fanOut.readersOf("a")).toBe(50);
  fanOut.deliver(turnOf("A2"));
  for (const [i, reader] of readers.entries())
    expect(reader.text).toBe(i >= 50 && i < 150 ? "" : i % 2 === 1 ? "A1 " : "A1 A2 ");
});

test("a reader that comes during the loop gets the next turn", () => {
  const late = new FakeReader("a");
  late.live = false;
  const first = new FakeReader("a");
  const fanOut = fanOutTo(first);
  first.ontake = () => {
    first.ontake = () => {};
    fanOut.add(late);
  };
  fanOut.deliver(turnOf("A1"));
  late.live = true;
  fanOut.deliver(turnOf("A2"));
  expect(late.text).toBe("A2 ");
});

test("leaving twice, leaving without having come, and coming again", () => {
  const reader = new FakeReader("a", "b");
  const fanOut = fanOutTo(new FakeReader("a"));
  fanOut.delete(reader);
  fanOut.add(reader);
  expect([fanOut.readersOf("a"), fanOut.readersOf("b")]).toEqual([2, 1]);
  fanOut.delete(reader);
  fanOut.delete(reader);
  expect([fanOut.readersOf("a"), fanOut.readersOf("b")]).toEqual([1, 0]);
  fanOut.add(reader);
  fanOut.deliver(turnOf("B1 A2"));
  expect(reader.text).toBe("B1 A2 ");
});

test("a turn that nobody hears", () => {
  const reader = new FakeReader("a");
  fanOutTo(reader).deliver(turnOf("B1 C2"));
  fanOutTo(reader).deliver(turnOf("B1"));
  fanOutTo(reader).deliver([]);
  expect(reader.batches).toEqual([]);
});

test("a turn beyond 64 KiB is cut, and the readers share the parts", () => {
  const readers = [new FakeReader("a"), new FakeReader("a")];
  const turn = Array.from({ length: 20 }, (_, i) => ({
    topic: "a",
    offset: i + 1,
    frame: new Uint8Array(10_000).fill(i),
  }));
  fanOutTo(...readers).deliver(turn);
  const [one, two] = readers;
  expect(one?.batches.map(({ last }) => last)).toEqual([6, 12, 18, 20]);
  for (const [i, { bytes }] of (one?.batches ?? []).entries()) {
    expect(bytes.byteLength).toBeLessThanOrEqual(65_536);
    expect(two?.batches[i]?.bytes).toBe(bytes);
  }
});
