import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lastIdOf } from "./support/received.ts";
import { Station, useClock, words } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

// Ends that the clock brings: `until`, `maxAge`, `idleTimeout`.

beforeEach(useClock);

afterEach(() => {
  vi.useRealTimers();
});

const MINUTE = 60_000;

test("until: the stream ends at that time, to within a second, and what was written goes out", async () => {
  const station = new Station({ heartbeat: false });
  const { stream, exchange } = station.come();
  stream.until(new Date(Date.now() + MINUTE));
  stream.send({ data: "x" });
  vi.advanceTimersByTime(MINUTE - 1);
  expect(stream.state).toBe("open");
  vi.advanceTimersByTime(1_001);
  await until(() => stream.state === "closed");
  expect(exchange.sink.received).toEqual([{ data: "x" }]);
  expect(station.told.closed).toMatchObject([{ reason: "expired", clean: true }]);
});

test("until takes milliseconds since 1970, too, and opens nothing", () => {
  const { stream, exchange } = new Station().come();
  stream.until(Date.now() + 1_000);
  vi.advanceTimersByTime(10_000);
  expect([stream.state, exchange.head]).toEqual(["new", undefined]);
  stream.comment("x");
  vi.advanceTimersByTime(1_000);
  expect(stream.closeReason).toBe("expired");
});

test("the earliest time given counts, whenever it is given", () => {
  const { stream } = new Station().come();
  stream.comment("x");
  stream.until(Date.now() + 10 * MINUTE);
  stream.until(Date.now() + 2 * MINUTE);
  stream.until(Date.now() + 5 * MINUTE);
  stream.until(Number.POSITIVE_INFINITY);
  vi.advanceTimersByTime(2 * MINUTE - 1);
  expect(stream.state).toBe("open");
  vi.advanceTimersByTime(1_001);
  expect(stream.closeReason).toBe("expired");
});

test.each([Number.NaN, new Date("never"), "soon", undefined, {}])("until(%s) is refused", (time) => {
  const { stream } = new Station().come();
  expect(() => stream.until(time as Date)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
});

test("until on a stream that is over changes nothing", async () => {
  const { stream } = new Station().come();
  stream.comment("x");
  stream.close();
  stream.until(0);
  await until(() => stream.state === "closed");
  expect(stream.closeReason).toBe("closed");
});

test("a reader that is full when its time comes has until closeTimeout to take the rest", async () => {
  const station = new Station({ closeTimeout: 4_000 });
  const { stream, exchange } = station.come({ room: 1 });
  stream.until(Date.now() + 1_000);
  stream.send({ data: "x" });
  vi.advanceTimersByTime(2_000);
  expect([stream.state, stream.closeReason]).toEqual(["closing", "expired"]);
  vi.advanceTimersByTime(6_000);
  await until(() => stream.state === "closed");
  expect(exchange.sink.cut).toBe(true);
});

test("maxAge sends a subscribed reader to go on elsewhere, and it misses nothing", async () => {
  const station = new Station({ maxAge: 10 * MINUTE, retry: [100, 100] });
  const line = await station.subscribe("a");
  vi.advanceTimersByTime(9 * MINUTE - 1);
  expect(line.stream.state).toBe("open");
  await station.publish("a1");
  vi.advanceTimersByTime(2 * MINUTE + 1_001);
  await until(() => line.stream.state === "closed");
  expect(line.sink.received.slice(-2)).toEqual([
    { retry: 100 },
    { event: "reconnect", data: '{"reason":"rotated"}', id: await station.cursor() },
  ]);
  expect(station.told.closed).toMatchObject([{ reason: "rotated", clean: true }]);
  await station.publish("a2");
  const back = await station.subscribe("a", { lastEventId: lastIdOf(line.sink.received) });
  expect(words(back.sink)).toBe("a2");
});

test("maxAge is each time another, so that those who came together do not go together", async () => {
  const station = new Station({ maxAge: 10 * MINUTE });
  for (let i = 0; i < 30; i++) await station.subscribe("a");
  const sizes = new Set<number>();
  for (let second = 0; second < 130; second++) {
    sizes.add(station.hub.streams.size);
    vi.advanceTimersByTime(second === 0 ? 9 * MINUTE : 1_000);
    await turn();
  }
  expect(station.hub.streams.size).toBe(0);
  expect(sizes.size).toBeGreaterThan(10);
});

test("maxAge takes no stream that does not resume", () => {
  const station = new Station({ maxAge: 1_000 });
  const { stream } = station.come();
  stream.send({ data: "x" });
  vi.advanceTimersByTime(10 * MINUTE);
  expect(stream.state).toBe("open");
});

test("what comes first counts: until before maxAge, maxAge before until", async () => {
  const station = new Station({ maxAge: MINUTE });
  const lines = [await station.subscribe("a"), await station.subscribe("a")];
  lines[0]?.stream.until(Date.now() + 10_000);
  lines[1]?.stream.until(Date.now() + 10 * MINUTE);
  vi.advanceTimersByTime(2 * MINUTE);
  expect(lines.map(({ stream }) => stream.closeReason)).toEqual(["expired", "rotated"]);
});

test("a reader on POST gets no notice that it could not follow", async () => {
  const station = new Station({ maxAge: 1_000 });
  const { sink, stream } = await station.subscribe("a", { method: "POST" });
  vi.advanceTimersByTime(3_000);
  expect(stream.closeReason).toBe("rotated");
  expect(sink.received.filter(({ event }) => event === "reconnect")).toEqual([]);
});

test("idleTimeout ends a stream without events; heartbeats are none", async () => {
  const station = new Station({ idleTimeout: 40_000, heartbeat: 1_000 });
  const [quiet, busy] = [await station.subscribe("quiet"), await station.subscribe("busy")];
  for (let i = 0; i < 3; i++) {
    vi.advanceTimersByTime(15_000);
    await station.publish("busy1");
  }
  await until(() => quiet.stream.state === "closed");
  expect([quiet.stream.closeReason, busy.stream.state]).toEqual(["idle", "open"]);
  vi.advanceTimersByTime(45_000);
  expect(busy.stream.closeReason).toBe("idle");
});

test("a private event counts against idleness as well", () => {
  const station = new Station({ idleTimeout: 10_000 });
  const { stream } = station.come();
  stream.send({ data: "x" });
  vi.advanceTimersByTime(9_000);
  stream.send({ data: "y" });
  vi.advanceTimersByTime(9_000);
  expect(stream.state).toBe("open");
  vi.advanceTimersByTime(2_000);
  expect(stream.closeReason).toBe("idle");
});

test("none of it is on by default", async () => {
  const station = new Station();
  const { stream } = await station.subscribe("a");
  vi.advanceTimersByTime(24 * 60 * MINUTE);
  expect(stream.state).toBe("open");
});

test.each([{ maxAge: 0 }, { maxAge: -1 }, { maxAge: "5" }, { idleTimeout: 1.5 }, { idleTimeout: true }])(
  "%j is a bad option",
  (options) => {
    expect(() => new Station(options as never)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
  },
);
