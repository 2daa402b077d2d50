import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Station, useClock, words } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

beforeEach(useClock);

afterEach(() => {
  vi.useRealTimers();
});

const HEARTBEAT = { comment: "" };

test("a quiet stream gets a heartbeat; one that was written to does not", async () => {
  const station = new Station({ heartbeat: 400 });
  const { stream, exchange } = station.come();
  stream.send({ data: "x" });
  vi.advanceTimersByTime(300);
  expect(exchange.sink.received).toHaveLength(1);
  vi.advanceTimersByTime(100);
  expect(exchange.sink.received.slice(1)).toEqual([HEARTBEAT]);
  vi.advanceTimersByTime(200);
  stream.send({ data: "y" });
  vi.advanceTimersByTime(300);
  expect(exchange.sink.received).toHaveLength(3);
  vi.advanceTimersByTime(100);
  expect(exchange.sink.received).toHaveLength(4);
});

test("every 15 seconds by default, and not at all if it is off", () => {
  const usual = new Station().come();
  usual.stream.comment("x");
  vi.advanceTimersByTime(46_000);
  expect(usual.sink.received.slice(1)).toEqual([HEARTBEAT, HEARTBEAT, HEARTBEAT]);
  const off = new Station({ heartbeat: false }).come();
  off.stream.comment("x");
  vi.advanceTimersByTime(100_000);
  expect(off.sink.received).toHaveLength(1);
});

test("no heartbeat to a full sink, to one that is over, or before it has opened", () => {
  const station = new Station({ heartbeat: 400 });
  const full = station.come({ room: 1 });
  full.stream.comment("x");
  const waiting = station.come();
  void waiting.stream.pipe(() => new Promise(() => {}));
  const over = station.come();
  over.stream.comment("x");
  over.stream.close();
  vi.advanceTimersByTime(1_000);
  expect(full.sink.received).toHaveLength(1);
  expect(over.sink.received).toHaveLength(1);
  expect(waiting.sink.received.length).toBeGreaterThan(0);
});

test("a heartbeat and a comment count as bytes and not as events", async () => {
  const station = new Station({ heartbeat: 400 });
  const { stream } = station.come();
  stream.comment("x");
  vi.advanceTimersByTime(400);
  stream.close();
  await until(() => station.told.closed.length === 1);
  expect(station.told.closed).toMatchObject([{ bytes: 7, events: 0 }]);
});

test("the heartbeat of a caught-up stream is a checkpoint when its last id is older than a quarter of the age", async () => {
  const station = new Station({ heartbeat: 400, history: { age: 8_000 } });
  const quiet = await station.subscribe("quiet");
  await station.publish("a1");
  const cursor = await station.cursor();
  vi.advanceTimersByTime(1_900);
  expect(quiet.sink.received.slice(1).every(({ comment }) => comment === "")).toBe(true);
  vi.advanceTimersByTime(300);
  expect(quiet.sink.received.at(-1)).toEqual({ event: "checkpoint", data: "", id: cursor });
  const { length } = quiet.sink.received;
  // Nothing was published since: its id is as new as can be.
  vi.advanceTimersByTime(10_000);
  expect(quiet.sink.received.slice(length).every(({ comment }) => comment === "")).toBe(true);
});

test("or older than a quarter of the events", async () => {
  const station = new Station({ heartbeat: 400, history: { events: 8 } });
  const quiet = await station.subscribe("quiet");
  await station.publish("a1");
  vi.advanceTimersByTime(400);
  expect(quiet.sink.received.at(-1)).toEqual(HEARTBEAT);
  await station.publish("a2");
  vi.advanceTimersByTime(400);
  expect(quiet.sink.received.at(-1)).toEqual({ event: "checkpoint", data: "", id: await station.cursor() });
});

test("a checkpoint names nothing that has not gone out", async () => {
  const station = new Station({ heartbeat: 400, history: { events: 4 } });
  const line = await station.subscribe("a");
  await station.publish("b1");
  const cursor = await station.cursor();
  void station.hub.publish("a", { data: "a2" });
  vi.advanceTimersByTime(400);
  expect(line.sink.received.at(-1)?.id).toBe(cursor);
  await turn();
  expect(words(line.sink)).toBe("a2");
});

test("streams that only send or pipe never get a checkpoint", async () => {
  const station = new Station({ heartbeat: 400, history: { events: 4, age: 100 } });
  const { stream, exchange } = station.come();
  stream.send({ data: "x" });
  await station.publish("a1 a2 a3 a4");
  vi.advanceTimersByTime(5_000);
  expect(exchange.sink.received.slice(1).every(({ comment }) => comment === "")).toBe(true);
});

test("a reader that takes nothing for stallTimeout is cut; one that takes a little is not", async () => {
  const station = new Station({ stallTimeout: 4_000 });
  const stalled = await station.subscribe("a", { room: 1 });
  const slow = await station.subscribe("a", { room: 1 });
  await station.publish("a1");
  for (let round = 0; round < 2; round++) {
    vi.advanceTimersByTime(3_000);
    slow.sink.read();
    await turn();
    await station.publish("a2");
  }
  expect([stalled.stream.state, stalled.stream.closeReason, stalled.sink.cut]).toEqual([
    "closed",
    "stalled",
    true,
  ]);
  expect([slow.stream.state, slow.sink.cut]).toEqual(["open", false]);
  expect(station.told.closed).toMatchObject([{ reason: "stalled", clean: false }]);
});

test("a reader that stalls on private events is cut too, unless it is off", () => {
  const line = new Station({ stallTimeout: 4_000 }).come({ room: 1 });
  line.stream.send({ data: "x" });
  vi.advanceTimersByTime(4_000);
  expect(line.sink.cut).toBe(true);
  const patient = new Station({ stallTimeout: false }).come({ room: 1 });
  patient.stream.send({ data: "x" });
  vi.advanceTimersByTime(1_000_000);
  expect(patient.stream.state).toBe("open");
});

test("a stream that has ended is cut if its bytes do not go out within closeTimeout", async () => {
  const station = new Station({ closeTimeout: 400 });
  const { stream, exchange } = station.come({ room: 1 });
  stream.send({ data: "x" });
  stream.send({ data: "y" });
  stream.close();
  expect([stream.state, stream.closeReason, exchange.sink.cut]).toEqual(["closing", "closed", false]);
  vi.advanceTimersByTime(400);
  await until(() => stream.state === "closed");
  expect([exchange.sink.cut, exchange.sink.text]).toEqual([true, "data: x\n\n"]);
  expect(station.told.closed).toMatchObject([{ reason: "closed", clean: false }]);
});

test("no timer runs without a stream", async () => {
  const station = new Station();
  expect(vi.getTimerCount()).toBe(0);
  const { stream } = station.come();
  stream.comment("x");
  expect(vi.getTimerCount()).toBe(1);
  stream.close();
  await until(() => stream.state === "closed");
  expect(vi.getTimerCount()).toBe(0);
});
