import { afterEach, expect, test, vi } from "vitest";
import type { ServerSentEvent } from "../src/event.ts";
import { MemoryLog } from "../src/memory-log.ts";
import { SlowLog } from "./support/slow-log.ts";
import { type Line, Station, useClock, words } from "./support/station.ts";
import { Tap } from "./support/tap.ts";
import { turn, until } from "./support/turn.ts";

afterEach(() => {
  vi.useRealTimers();
});

function names({ sink }: Line): string {
  return sink.received.map(({ event, data }) => event ?? data).join(" ");
}

test("a source fills its topic and finishes it, whoever reads", async () => {
  const station = new Station();
  await station.hub.produce("answer", [{ data: "1" }, { data: "2" }]);
  const late = await station.subscribe("answer");
  await until(() => late.stream.state === "closed");
  expect(names(late)).toBe("checkpoint 1 2 finish");
  expect(station.told.errors).toEqual([]);
});

test("it starts once by name: asked again, the first goes on, and both hear of its end", async () => {
  const { hub } = new Station();
  const tap = new Tap();
  const second = vi.fn();
  const done = [hub.produce("a", () => tap), hub.produce("a", second)];
  const other = vi.fn(() => []);
  await hub.produce("b", other);
  tap.give("1");
  tap.end();
  await Promise.all(done);
  expect([second.mock.calls.length, other.mock.calls.length]).toEqual([0, 1]);
  // Finished: there is nothing to do.
  await hub.produce("a", second);
  expect(second).not.toHaveBeenCalled();
});

test("it runs on when its reader leaves, and the reader that comes back goes on from its cursor", async () => {
  const station = new Station();
  const tap = new Tap();
  const done = station.hub.produce("a", () => tap);
  const line = station.come();
  await line.stream.subscribe("a", { from: "start" });
  tap.give("1");
  await until(() => words(line.sink) === "1");
  line.sink.leave();
  tap.give("2");
  await until(() => tap.asked === 3);
  const back = await station.subscribe("a", { lastEventId: line.sink.received.at(-1)?.id });
  tap.give("3");
  tap.end();
  await done;
  await until(() => back.stream.state === "closed");
  expect([names(back), back.stream.closeReason]).toEqual(["checkpoint 2 3 finish", "finished"]);
  expect(tap.cancelled).toBe(false);
});

test("who joins in between reads from the start, or from now on, and all hear the end", async () => {
  const station = new Station();
  const tap = new Tap();
  const done = station.hub.produce("a", tap);
  tap.give("1");
  await until(() => tap.asked === 2);
  const [start, now] = [station.come(), station.come()];
  await start.stream.subscribe("a", { from: "start" });
  await now.stream.subscribe("a");
  tap.give("2");
  tap.end();
  await done;
  await until(() => station.hub.streams.size === 0);
  expect([start, now].map(names)).toEqual(["checkpoint 1 2 finish", "checkpoint 2 finish"]);
});

test("a source that fails ends its topic with a notice that says no more; the observer has the cause", async () => {
  const station = new Station();
  const secret = new Error("the password is 1234");
  const line = await station.subscribe("a");
  await station.hub.produce("a", async function* (): AsyncGenerator<ServerSentEvent> {
    yield { data: "1" };
    throw secret;
  });
  await until(() => line.stream.state === "closed");
  expect(names(line)).toBe("checkpoint 1 failed finish");
  expect(line.sink.text).not.toContain("1234");
  expect(station.told.errors).toMatchObject([
    { error: { code: "APPLICATION_FAILED", cause: secret }, stream: undefined },
  ]);
  const late = await station.subscribe("a");
  await until(() => late.stream.state === "closed");
  expect(names(late)).toBe("checkpoint 1 failed finish");
});

test.each<[string, () => unknown, string]>([
  [
    "throws at once",
    () => () => {
      throw new Error("mine");
    },
    "APPLICATION_FAILED",
  ],
  ["gives no source", () => () => 5, "BAD_SOURCE"],
  ["gives a bad event", () => [{ data: undefined }], "BAD_DATA"],
  ["gives ids of its own", () => [{ data: "x", id: "1" }], "ID_CONFLICT"],
])("a source that %s fails its topic alike", async (_name, source, code) => {
  const station = new Station();
  await station.hub.produce("a", source() as never);
  expect(station.told.errors).toMatchObject([{ error: { code } }]);
  const late = await station.subscribe("a");
  await until(() => late.stream.state === "closed");
  expect(names(late)).toBe("checkpoint failed finish");
});

test("what is no source or topic is thrown at once, and takes no name", async () => {
  const { hub } = new Station();
  for (const source of [undefined, 5, "text", {}])
    expect(() => hub.produce("a", source as never)).toThrow(expect.objectContaining({ code: "BAD_SOURCE" }));
  expect(() => hub.produce("", [])).toThrow(expect.objectContaining({ code: "BAD_TOPIC" }));
  const source = vi.fn(() => []);
  await hub.produce("a", source);
  expect(source).toHaveBeenCalledTimes(1);
});

test("no faster than the log takes it, and the readers that keep up", async () => {
  const log = new SlowLog({}, [2]);
  const station = new Station({ log });
  const tap = new Tap();
  const line = await station.subscribe("a");
  const done = station.hub.produce("a", tap);
  await until(() => tap.asked === 1);
  tap.give("1");
  tap.give("2");
  // The second is not asked for before the first has gone out.
  await until(() => tap.asked === 2);
  expect(words(line.sink)).toBe("1");
  tap.end();
  await done;
});

test("without readers it waits for the log all the same: one event is under way at a time", async () => {
  const log = new MemoryLog();
  let under = 0;
  let most = 0;
  const append = log.append.bind(log);
  log.append = async (...entry) => {
    most = Math.max(most, ++under);
    await turn();
    under--;
    return append(...entry);
  };
  const { hub } = new Station({ log });
  await hub.produce(
    "a",
    Array.from({ length: 20 }, (_, i) => ({ data: i })),
  );
  expect([most, (await hub.cursor()).split(".")[1]]).toEqual([1, "21"]);
});

test("a reader that lags for long holds no producer up", async () => {
  useClock();
  const station = new Station({ stallTimeout: false });
  const slow = await station.subscribe("a", { room: 1 });
  const tap = new Tap();
  const done = station.hub.produce("a", tap);
  await turn();
  expect(tap.asked).toBe(0);
  vi.advanceTimersByTime(1_001);
  await until(() => tap.asked === 1);
  // It has been behind for long enough: nobody waits for it again.
  tap.give("1");
  await until(() => tap.asked === 2);
  tap.end();
  await done;
  expect(slow.stream.state).toBe("open");
});

test("nor does one that lags on other topics, at all", async () => {
  useClock();
  const station = new Station();
  await station.subscribe("b", { room: 1 });
  await station.hub.produce("a", [{ data: "1" }]);
  expect(vi.getTimerCount()).toBe(1);
});

test("grace: the source is cancelled when nobody has read for so long, and its topic ends as failed", async () => {
  useClock();
  const station = new Station();
  const tap = new Tap();
  const line = await station.subscribe("a");
  const done = station.hub.produce("a", (signal) => tap.under(signal), { grace: 10_000 });
  vi.advanceTimersByTime(60_000);
  expect(tap.cancelled).toBe(false);
  line.sink.leave();
  vi.advanceTimersByTime(8_000);
  const back = await station.subscribe("a");
  vi.advanceTimersByTime(8_000);
  back.sink.leave();
  vi.advanceTimersByTime(8_000);
  await turn();
  expect(tap.cancelled).toBe(false);
  vi.advanceTimersByTime(4_000);
  await done;
  expect([tap.cancelled, tap.signal?.aborted, station.told.errors]).toEqual([true, true, []]);
  const late = await station.subscribe("a");
  await until(() => late.stream.state === "closed");
  expect(names(late)).toBe("checkpoint failed finish");
});

test("grace counts from the start when nobody ever comes; without it the source runs to its end", async () => {
  useClock();
  const { hub } = new Station();
  const [given, patient] = [new Tap(), new Tap()];
  const done = hub.produce("a", given, { grace: 5_000 });
  void hub.produce("b", patient);
  vi.advanceTimersByTime(7_000);
  await done;
  vi.advanceTimersByTime(3_600_000);
  await turn();
  expect([given.cancelled, patient.cancelled]).toEqual([true, false]);
});

test("a source that never answers, not even to being cancelled, is let go of", async () => {
  useClock();
  const { hub } = new Station();
  const done = hub.produce("a", () => new Promise(() => {}), { grace: 1_000 });
  vi.advanceTimersByTime(3_000);
  await done;
  await until(() => vi.getTimerCount() === 0);
});

test("closing the hub cancels its sources, and ends their topics before the log is let go of", async () => {
  const log = new MemoryLog();
  const station = new Station({ log });
  const [tap, own] = [new Tap(), new Station()];
  const done = station.hub.produce("a", tap);
  const alone = own.hub.produce("a", new Tap());
  tap.give("1");
  await until(() => tap.asked === 2);
  await Promise.all([station.hub.close(), own.hub.close()]);
  await Promise.all([done, alone]);
  expect([tap.cancelled, station.told.errors, own.told.errors]).toEqual([true, [], []]);
  const { entries } = await log.after({ epoch: log.epoch, offset: 0 }, new Set("a"), 10);
  expect(entries.map(({ last }) => last)).toEqual([undefined, undefined, true]);
});

test("a topic that somebody else finishes ends its source", async () => {
  const station = new Station();
  const tap = new Tap();
  const done = station.hub.produce("a", tap);
  await until(() => tap.asked === 1);
  await station.hub.finish("a");
  tap.give("1");
  await done;
  expect(tap.cancelled).toBe(true);
  expect(station.told.errors).toMatchObject([{ error: { code: "TOPIC_FINISHED" } }]);
});

test("a log that fails ends the source, is told of once for each event, and the name is free again", async () => {
  const log = new SlowLog();
  const station = new Station({ log });
  await station.cursor();
  const tap = new Tap();
  const done = station.hub.produce("a", tap);
  await until(() => tap.asked === 1);
  log.away = true;
  tap.give("1");
  await done;
  expect(tap.cancelled).toBe(true);
  // The event, and the notice after it.
  expect(station.told.errors.map(({ error }) => error.code)).toEqual(["LOG_FAILED", "LOG_FAILED"]);
  log.away = false;
  await station.hub.produce("a", [{ data: "again" }]);
  const late = await station.subscribe("a");
  await until(() => late.stream.state === "closed");
  expect(names(late)).toBe("checkpoint again finish");
});
