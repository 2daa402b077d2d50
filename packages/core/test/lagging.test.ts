import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HubOptions } from "../src/options.ts";
import { MemoryExchange } from "./support/memory-exchange.ts";
import { SlowLog } from "./support/slow-log.ts";
import { type Line, Station, useClock, words } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

beforeEach(useClock);

afterEach(() => {
  vi.useRealTimers();
});

/** Events of `a`, as many to a turn as fit its bound, each with its number and padding. */
async function flood(station: Station, from: number, to: number, size = 0): Promise<void> {
  for (let number = from; number <= to; number++) {
    void station.hub.publish("a", { data: `${number}${"x".repeat(size)}` });
    if (number % 100 === 0) await turn();
  }
  await turn();
}

function numbers({ sink }: Line): number[] {
  return words(sink)
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => Number.parseInt(word, 10));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

/** The reader takes all, and everything there is. */
async function catchUp({ sink }: Line): Promise<void> {
  sink.room = Number.POSITIVE_INFINITY;
  sink.read();
  for (let turns = 0; turns < 50; turns++) await turn();
}

test("a slow reader is not written to, costs the others nothing, and reads on when it has room", async () => {
  const station = new Station();
  const slow = await station.subscribe("a", { room: 1 });
  const fast = await station.subscribe("a");
  await flood(station, 1, 500);
  expect(numbers(fast)).toEqual(range(1, 500));
  expect(slow.sink.chunks).toHaveLength(1);
  await catchUp(slow);
  expect(numbers(slow)).toEqual(range(1, 500));
  await flood(station, 501, 505);
  expect(slow.sink.chunks.at(-1)).toBe(fast.sink.chunks.at(-1));
});

test("it reads by batches of at most 64 KiB, as it takes them", async () => {
  const station = new Station();
  const slow = await station.subscribe("a", { room: 1 });
  await flood(station, 1, 200, 1_000);
  for (let reads = 0; reads < 3; reads++) {
    const before = slow.sink.chunks.length;
    slow.sink.read();
    await turn();
    expect(slow.sink.chunks).toHaveLength(before + 1);
    expect(slow.sink.chunks.at(-1)?.byteLength).toBeLessThanOrEqual(65_536);
  }
  await catchUp(slow);
  expect(numbers(slow)).toEqual(range(1, 200));
});

test("beyond the tail's window it reads the log, as it takes it, and rejoins", async () => {
  const log = new SlowLog({}, [1]);
  const station = new Station({ log });
  const slow = await station.subscribe("a", { room: 1 });
  await flood(station, 1, 5_000, 100);
  await until(() => station.hub.streams.size === 1);
  slow.sink.read();
  for (let turns = 0; turns < 20; turns++) await turn();
  // One page of it, not all.
  expect(slow.sink.chunks).toHaveLength(2);
  await catchUp(slow);
  await until(() => numbers(slow).length === 5_000);
  expect(numbers(slow)).toEqual(range(1, 5_000));
  expect(log.reads.length).toBeGreaterThan(1);
  await flood(station, 5_001, 5_001);
  await until(() => numbers(slow).length === 5_001);
});

test("two that lag together share what is read for them", async () => {
  const station = new Station();
  const slow = [await station.subscribe("a", { room: 1 }), await station.subscribe("a", { room: 1 })];
  await flood(station, 1, 50);
  for (const { sink } of slow) sink.read();
  await turn();
  expect(slow[0]?.sink.chunks[1]).toBe(slow[1]?.sink.chunks[1]);
});

test("what was let go meanwhile is told in the stream, which goes on", async () => {
  const station = new Station({ history: { events: 100 } });
  const slow = await station.subscribe("a", { room: 1 });
  await flood(station, 1, 5_000);
  await catchUp(slow);
  const names = slow.sink.received.map(({ event, data }) => event ?? Number.parseInt(data ?? "", 10));
  expect(names).toEqual(["checkpoint", "gap", "checkpoint", ...range(4_901, 5_000)]);
  expect(station.told.gaps).toMatchObject([{ reason: "evicted" }]);
  expect(slow.sink.received[2]?.id).toBe(station.told.gaps[0]?.cursor);
});

test("the eviction of other topics' events is no gap for it", async () => {
  const station = new Station({ history: { events: 100 } });
  const slow = await station.subscribe(["b"], { room: 1 });
  await flood(station, 1, 5_000);
  await station.publish("b1");
  await catchUp(slow);
  expect(slow.sink.received.map(({ event, data }) => event ?? data)).toEqual(["checkpoint", "b1"]);
});

test("private events overtake topic events of a lagging reader, with the id of what it had", async () => {
  const station = new Station();
  const slow = await station.subscribe("a", { room: 1 });
  const [first] = slow.sink.received;
  await flood(station, 1, 3);
  expect(slow.stream.send({ event: "private", data: "x" })).toBe(false);
  await catchUp(slow);
  expect(slow.sink.received.map(({ event, data }) => event ?? data)).toEqual([
    "checkpoint",
    "private",
    "1",
    "2",
    "3",
  ]);
  expect(slow.sink.received[1]?.id).toBe(first?.id);
});

async function awayWhileBehind(options: HubOptions = {}) {
  const log = new SlowLog();
  const station = new Station({ log, heartbeat: 400, stallTimeout: false, ...options });
  const slow = await station.subscribe("a", { room: 1 });
  await flood(station, 1, 5_000);
  log.away = true;
  await catchUp(slow);
  return { log, station, slow };
}

test("the log fails while a reader is behind: it is told to the observer, the stream stays, and it reads on later", async () => {
  const { log, station, slow } = await awayWhileBehind();
  expect(station.told.errors).toMatchObject([
    { error: { code: "LOG_FAILED" }, stream: { id: slow.stream.id } },
  ]);
  expect([slow.stream.state, numbers(slow)]).toEqual(["open", []]);
  log.away = false;
  vi.advanceTimersByTime(100);
  await until(() => numbers(slow).length === 5_000);
  expect(numbers(slow)).toEqual(range(1, 5_000));
});

test("the log fails for long: it is asked once a beat, not in a loop", async () => {
  const { station } = await awayWhileBehind();
  const before = station.told.errors.length;
  vi.advanceTimersByTime(100);
  for (let turns = 0; turns < 20; turns++) await turn();
  expect(station.told.errors.length).toBe(before + 1);
});

test("a log that breaks: readers miss nothing, and hear of nothing", async () => {
  const log = new SlowLog();
  const station = new Station({ log });
  const line = await station.subscribe("a");
  await flood(station, 1, 3);
  void station.hub.publish("a", { data: "4" });
  log.break();
  void station.hub.publish("a", { data: "5" });
  await turn();
  await flood(station, 6, 7);
  await until(() => numbers(line).length === 7);
  expect(line.sink.received.map(({ event, data }) => event ?? Number(data))).toEqual([
    "checkpoint",
    ...range(1, 7),
  ]);
  expect(station.told.errors.every(({ error }) => error.code === "LOG_FAILED")).toBe(true);
});

test("a log that begins anew is a gap for live readers", async () => {
  const log = new SlowLog();
  const station = new Station({ log });
  const line = await station.subscribe("a");
  await flood(station, 1, 3);
  log.restart();
  void station.hub.publish("a", { data: "4" });
  await until(() => numbers(line).length === 4);
  expect(line.sink.received.map(({ event, data }) => event ?? Number(data))).toEqual([
    "checkpoint",
    ...range(1, 3),
    "gap",
    "checkpoint",
    4,
  ]);
  expect(station.told.gaps).toMatchObject([{ reason: "epoch" }]);
});

test("a reader that leaves while a page is read for it", async () => {
  const log = new SlowLog({}, [1]);
  const station = new Station({ log });
  const slow = await station.subscribe("a", { room: 1 });
  await flood(station, 1, 5_000);
  slow.sink.read();
  slow.sink.leave();
  for (let turns = 0; turns < 10; turns++) await turn();
  expect([slow.stream.closeReason, numbers(slow), station.told.errors]).toEqual(["left", [], []]);
});

test("a reader that is at the log's head ahead of its own hub waits, and gets what comes", async () => {
  const log = new SlowLog({}, [0, 3, 3]);
  const [here, there] = [new Station({ log }), new Station({ log })];
  await here.cursor();
  await there.cursor();
  const { epoch, offset } = await here.hub.publish("a", { data: "1" });
  const line = await there.subscribe("a", { lastEventId: `${epoch}.${offset}` });
  await here.hub.publish("a", { data: "2" });
  await until(() => numbers(line).length === 1);
  expect(line.sink.received.map(({ event, data }) => event ?? data)).toEqual(["checkpoint", "2"]);
  expect(line.exchange).toBeInstanceOf(MemoryExchange);
});
