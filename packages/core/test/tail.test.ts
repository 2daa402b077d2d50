import { expect, test } from "vitest";
import type { SseError } from "../src/errors.ts";
import { type Entry, logFailed } from "../src/log.ts";
import { Tail } from "../src/tail.ts";
import { FakeReader } from "./support/fake-reader.ts";
import { ScriptedLog } from "./support/scripted-log.ts";
import { turn, until } from "./support/turn.ts";

const encoder = new TextEncoder();

function entry(offset: number, topic = "a"): Entry {
  return { offset, topic, body: encoder.encode(`data: ${offset}\n\n`) };
}

interface Station {
  readonly log: ScriptedLog;
  readonly tail: Tail;
  readonly errors: SseError[];
  readonly reader: FakeReader;
}

async function station(): Promise<Station> {
  const log = new ScriptedLog();
  const errors: SseError[] = [];
  const tail = new Tail(log, (error) => errors.push(error));
  await tail.follow();
  const reader = new FakeReader("a", "b");
  tail.fanOut.add(reader);
  return { log, tail, errors, reader };
}

function lasts({ batches }: FakeReader): number[] {
  return batches.map(({ last }) => last);
}

test("all that comes in one turn goes out at its end, in one write", async () => {
  const { log, tail, reader } = await station();
  log.deliver(entry(1));
  log.deliver(entry(2, "b"), entry(3));
  expect(reader.batches).toEqual([]);
  expect([tail.head, tail.newest.offset]).toEqual([0, 3]);
  await turn();
  expect(reader.batches).toMatchObject([{ events: 3, last: 3 }]);
  expect(tail.head).toBe(3);
});

test("a producer that never yields does not make a turn without bound", async () => {
  const { log, reader } = await station();
  for (let offset = 1; offset <= 1_024; offset++) log.deliver(entry(offset));
  expect(lasts(reader)).toEqual([1_024]);
  const big = { offset: 1_025, topic: "a", body: new Uint8Array(1024 * 1024) };
  log.deliver(big);
  expect(lasts(reader)).toEqual([1_024, 1_025]);
});

test("the log is followed once, however many ask at once", async () => {
  const log = new ScriptedLog();
  const tail = new Tail(log, () => {});
  expect(tail.up).toBe(false);
  await Promise.all([tail.follow(), tail.follow()]);
  await tail.follow();
  expect(log.follows).toBe(1);
  expect(tail.up).toBe(true);
});

test("what the log delivers before it has answered is not lost, nor what it delivers twice doubled", async () => {
  const log = new ScriptedLog();
  log.early = [entry(1), entry(2)];
  const tail = new Tail(log, () => {});
  const reader = new FakeReader("a");
  tail.fanOut.add(reader);
  await tail.follow();
  log.deliver(entry(2), entry(3));
  await turn();
  expect(lasts(reader)).toEqual([3]);
  expect(reader.batches[0]?.events).toBe(3);
});

test("a delivery with a hole is a breach: reported, and the log followed anew", async () => {
  const { log, tail, errors, reader } = await station();
  log.deliver(entry(1));
  log.head = 4;
  log.deliver(entry(3));
  expect(errors).toMatchObject([{ code: "LOG_FAILED" }]);
  expect(reader.interrupted).toBeGreaterThan(0);
  await until(() => tail.up);
  expect(log.follows).toBe(2);
  expect(tail.head).toBe(4);
  expect(lasts(reader)).toEqual([1]);
});

test("a broken log: readers have what came before, are interrupted, and woken once it is followed again", async () => {
  const { log, tail, errors, reader } = await station();
  log.deliver(entry(1));
  log.hold();
  log.broken(logFailed("broken"));
  expect(lasts(reader)).toEqual([1]);
  expect([reader.interrupted > 0, tail.up, reader.woken]).toEqual([true, false, 0]);
  expect(errors).toMatchObject([{ message: "broken" }]);
  log.letGo();
  await until(() => tail.up);
  expect(reader.woken).toBe(1);
});

test("deliveries of a following that broke are not heard any more, nor is a second break of it", async () => {
  const { log, tail, errors, reader } = await station();
  const [old] = log.followers;
  log.broken(logFailed("broken"));
  await until(() => tail.up);
  old?.deliver([entry(1)]);
  old?.broken(logFailed("again"));
  await turn();
  expect(reader.batches).toEqual([]);
  expect(errors).toHaveLength(1);
  expect(tail.up).toBe(true);
});

test("a log that breaks before it has answered is followed anew, and the dead following stopped", async () => {
  const log = new ScriptedLog();
  const tail = new Tail(log, () => {});
  log.hold();
  const following = tail.follow();
  log.broken(logFailed("broken"));
  log.letGo();
  await expect(following).rejects.toMatchObject({ code: "LOG_FAILED" });
  expect(log.stops).toBe(1);
  tail.tick();
  await until(() => tail.up);
  expect(log.follows).toBe(2);
});

test("a log that cannot be followed is reported, and tried again at each beat", async () => {
  const log = new ScriptedLog();
  const errors: SseError[] = [];
  const tail = new Tail(log, (error) => errors.push(error));
  log.away = true;
  await expect(tail.follow()).rejects.toMatchObject({ code: "LOG_FAILED" });
  tail.tick();
  await until(() => errors.length === 2);
  log.away = false;
  tail.tick();
  await until(() => tail.up);
  expect(log.follows).toBe(3);
});

test("what a reader publishes inside a delivery goes out after it, to everybody", async () => {
  const { log, tail, reader } = await station();
  const other = new FakeReader("a");
  tail.fanOut.add(other);
  reader.ontake = ({ last }) => {
    // More than a turn may hold, so that it would go out at once.
    if (last === 1) log.deliver(...Array.from({ length: 1_100 }, (_, i) => entry(2 + i)));
  };
  log.deliver(entry(1));
  await until(() => tail.head === 1_101);
  expect(lasts(reader).at(-1)).toBe(1_101);
  expect(lasts(other)).toEqual([...lasts(other)].sort((x, y) => x - y));
  expect(other.batches.reduce((sum, { events }) => sum + events, 0)).toBe(1_101);
});

test("parked readers are woken when the head moves, resting ones at the next beat", async () => {
  const { log, tail } = await station();
  const [parked, resting] = [new FakeReader("a"), new FakeReader("a")];
  tail.parked.add(parked);
  tail.resting.add(resting);
  log.deliver(entry(1));
  await turn();
  expect([parked.woken, resting.woken]).toEqual([1, 0]);
  tail.tick();
  tail.tick();
  expect([parked.woken, resting.woken]).toEqual([1, 1]);
});

test("a reader that left is woken no more", async () => {
  const { log, tail } = await station();
  const reader = new FakeReader("a");
  tail.parked.add(reader);
  tail.resting.add(reader);
  tail.leave(reader);
  log.deliver(entry(1));
  await turn();
  tail.tick();
  expect(reader.woken).toBe(0);
});

test("holds: what comes after the position is here", async () => {
  const { log, tail } = await station();
  expect(tail.holds({ epoch: "e", offset: 0 })).toBe(true);
  log.deliver(entry(1));
  expect(tail.holds({ epoch: "e", offset: 1 })).toBe(true);
  expect(tail.holds({ epoch: "e", offset: 2 })).toBe(false);
  expect(tail.holds({ epoch: "x", offset: 0 })).toBe(false);
  log.head = 1;
  log.broken(logFailed("broken"));
  expect(tail.holds({ epoch: "e", offset: 1 })).toBe(false);
  await until(() => tail.up);
  expect(tail.holds({ epoch: "e", offset: 0 })).toBe(false);
  expect(tail.holds({ epoch: "e", offset: 1 })).toBe(true);
});

test("reached resolves when the position has gone out; or the log broke; or it is of another epoch", async () => {
  const { log, tail } = await station();
  let reached = false;
  void tail.reached({ epoch: "e", offset: 2 }).then(() => {
    reached = true;
  });
  log.deliver(entry(1));
  await turn();
  expect(reached).toBe(false);
  log.deliver(entry(2));
  await until(() => reached);
  await tail.reached({ epoch: "x", offset: 99 });
  const never = tail.reached({ epoch: "e", offset: 99 });
  log.hold();
  log.broken(logFailed("broken"));
  await never;
});

test("closed, it stops following, and does not begin again", async () => {
  const { log, tail, reader } = await station();
  await tail.close();
  expect(log.stops).toBe(1);
  tail.tick();
  log.deliver(entry(1));
  await turn();
  expect(log.follows).toBe(1);
  expect(reader.batches).toEqual([]);
});

test("closed while it was about to follow, it stops that", async () => {
  const log = new ScriptedLog();
  const tail = new Tail(log, () => {});
  log.hold();
  const following = tail.follow();
  await tail.close();
  log.letGo();
  await expect(following).rejects.toMatchObject({ code: "LOG_FAILED" });
  expect(log.stops).toBe(1);
});

test("the end of a topic: known as soon as it is here, told to its readers once it has gone out", async () => {
  const { log, tail, reader } = await station();
  const other = new FakeReader("c");
  tail.fanOut.add(other);
  const heads: number[][] = [];
  reader.onfinish = () => heads.push([...lasts(reader), tail.head]);
  log.deliver(entry(1), { ...entry(2), last: true });
  expect([tail.endOf(["a"]), tail.endOf(["a", "b"]), reader.finished]).toEqual([2, undefined, 0]);
  await turn();
  expect([reader.finished, other.finished]).toEqual([1, 0]);
  log.deliver({ ...entry(3, "b"), last: true });
  await turn();
  expect([tail.endOf(["a", "b"]), reader.finished]).toEqual([3, 2]);
  expect(heads).toEqual([
    [2, 2],
    [2, 3, 3],
  ]);
});

test("a topic of which more comes after its end has been forgotten by the log, and goes on", async () => {
  const { log, tail } = await station();
  log.deliver({ ...entry(1), last: true }, entry(2));
  expect(tail.endOf(["a"])).toBeUndefined();
  await turn();
  expect(tail.endOf(["a"])).toBeUndefined();
});

test("what the log knows to be finished is known from when it is followed, each time anew", async () => {
  const log = new ScriptedLog();
  const tail = new Tail(log, () => {});
  log.finished = new Map([["a", 3]]);
  log.head = 5;
  await tail.follow();
  expect(tail.endOf(["a"])).toBe(3);
  log.finished = new Map([["b", 4]]);
  log.broken(logFailed("broken"));
  await until(() => tail.up);
  expect([tail.endOf(["a"]), tail.endOf(["b"])]).toEqual([undefined, 4]);
});

test("a reader that leaves inside the end of its topic disturbs no other", async () => {
  const { log, tail } = await station();
  const readers = Array.from({ length: 100 }, () => new FakeReader("a"));
  for (const reader of readers) {
    tail.fanOut.add(reader);
    reader.onfinish = () => tail.leave(reader);
  }
  log.deliver({ ...entry(1), last: true });
  await turn();
  expect(readers.filter(({ finished }) => finished === 1)).toHaveLength(100);
  // The one of the station is left.
  expect(tail.fanOut.readersOf("a")).toBe(1);
});
