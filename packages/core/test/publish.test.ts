import { expect, test, vi } from "vitest";
import { Hub } from "../src/hub.ts";
import { SlowLog } from "./support/slow-log.ts";
import { Station, words } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

test("publish gives the position, which is the id that readers get", async () => {
  const station = new Station();
  const { sink } = await station.subscribe("a");
  const { epoch, offset } = await station.hub.publish("a", { data: "a1" });
  await turn();
  expect(sink.received.at(-1)).toEqual({ data: "a1", id: `${epoch}.${offset}` });
  expect(await station.cursor()).toBe(`${epoch}.${offset}`);
});

test.each([
  ["a", { data: "x", id: "1" }, "ID_CONFLICT"],
  ["a", { data: "x", id: "" }, "ID_CONFLICT"],
  ["a", { data: undefined }, "BAD_DATA"],
  ["a", { event: "error" }, "BAD_EVENT_NAME"],
  ["a", { retry: -1 }, "BAD_RETRY"],
  ["a", {}, "BAD_EVENT"],
  ["a", undefined, "BAD_EVENT"],
  ["a", { data: "x".repeat(1024 * 1024) }, "EVENT_TOO_LARGE"],
  ["", { data: "x" }, "BAD_TOPIC"],
  [undefined, { data: "x" }, "BAD_TOPIC"],
  [["a"], { data: "x" }, "BAD_TOPIC"],
  ["\udc00", { data: "x" }, "BAD_TOPIC"],
])("publish(%j, …) throws at once what is the caller's fault", async (topic, event, code) => {
  const station = new Station();
  const before = await station.cursor();
  expect(() => station.hub.publish(topic as string, event as object)).toThrow(
    expect.objectContaining({ code }),
  );
  expect(await station.cursor()).toBe(before);
});

test("data is read when it is published, not when it goes out", async () => {
  const station = new Station();
  const { sink } = await station.subscribe("a");
  const data = { n: 1 };
  void station.hub.publish("a", { data });
  data.n = 2;
  await turn();
  expect(sink.received.at(-1)?.data).toBe('{"n":1}');
});

test("a failure of the log rejects, is told, and nobody who does not await it is harmed", async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", listen);
  const log = new SlowLog();
  const station = new Station({ log });
  await station.cursor();
  log.away = true;
  void station.hub.publish("a", { data: "x" });
  await expect(station.hub.publish("a", { data: "y" })).rejects.toMatchObject({
    code: "LOG_FAILED",
    status: 503,
    cause: new Error("It is away."),
  });
  await turn();
  await turn();
  process.off("unhandledRejection", listen);
  expect(unhandled).toEqual([]);
  expect(station.told.errors.map(({ error, stream }) => [error.code, stream])).toEqual([
    ["LOG_FAILED", undefined],
    ["LOG_FAILED", undefined],
  ]);
});

test("without an observer the first failure of a kind is a warning, and only the first", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const log = new SlowLog();
  const hub = new Hub<object>({ log });
  await hub.cursor();
  log.away = true;
  await hub.publish("a", { data: "x" }).catch(() => {});
  await hub.publish("a", { data: "x" }).catch(() => {});
  expect(warn.mock.calls).toMatchObject([
    [expect.stringContaining("It is away."), { type: "LongwaveWarning", code: "LONGWAVE_LOG_FAILED" }],
  ]);
  warn.mockRestore();
});

test("settled resolves when live readers have taken what was published", async () => {
  const station = new Station();
  const { sink } = await station.subscribe("a");
  void station.hub.publish("a", { data: "a1" });
  await station.hub.settled();
  expect(words(sink)).toBe("a1");
});

test("settled with nothing published, and with nobody there", async () => {
  const station = new Station();
  await station.hub.settled();
  await station.publish("a1");
  await station.hub.settled();
});

test("settled waits for a slow reader until it has caught up", async () => {
  const station = new Station();
  const { sink } = await station.subscribe("a", { room: 1 });
  let settled = false;
  void station.hub.publish("a", { data: "a1" });
  const settling = station.hub.settled({ patience: 600_000 }).then(() => {
    settled = true;
  });
  for (let turns = 0; turns < 10; turns++) await turn();
  expect(settled).toBe(false);
  sink.room = Number.POSITIVE_INFINITY;
  sink.read();
  await settling;
  expect(words(sink)).toBe("a1");
});

test("settled waits no longer than its patience, nor for a reader that leaves", async () => {
  const station = new Station();
  const { sink } = await station.subscribe("a", { room: 1 });
  void station.hub.publish("a", { data: "a1" });
  await station.hub.settled({ patience: 5 });
  expect(words(sink)).toBe("");
  const settling = station.hub.settled({ patience: 600_000 });
  await turn();
  sink.leave();
  await settling;
});

test("settled does not reject when the log has failed", async () => {
  const log = new SlowLog();
  const station = new Station({ log });
  await station.cursor();
  log.away = true;
  void station.hub.publish("a", { data: "x" });
  await station.hub.settled();
});

test("an event is encoded once, by the hub's serializer", async () => {
  const serialize = vi.fn(JSON.stringify);
  const station = new Station({ serialize });
  await Promise.all([1, 2, 3].map(() => station.subscribe("a")));
  void station.hub.publish("a", { data: { n: 1 } });
  await turn();
  expect(serialize).toHaveBeenCalledTimes(1);
});

test("what an observer or a reader's end publishes inside a delivery comes after it, to everybody", async () => {
  const station: Station = new Station({
    observer: { close: () => void station.hub.publish("a", { data: "left" }) },
  });
  const [bad, good] = [await station.subscribe("a"), await station.subscribe("a")];
  bad.sink.fault = new Error("sink");
  void station.hub.publish("a", { data: "a1" });
  await until(() => words(good.sink) === "a1 left");
});

test("two hubs on one log: what one publishes, the readers of both get, in one order", async () => {
  const log = new SlowLog({}, [0, 2, 1]);
  const [one, two] = [new Station({ log }), new Station({ log })];
  const lines = [await one.subscribe("a"), await two.subscribe("a")];
  for (let i = 1; i <= 9; i++) void (i % 2 === 0 ? one : two).hub.publish("a", { data: `a${i}` });
  await until(() => lines.every(({ sink }) => words(sink).split(" ").length === 9));
  expect(lines[0]?.sink.received.slice(1)).toEqual(lines[1]?.sink.received.slice(1));
});

test("after its end a topic takes nothing more: thrown at once, with the topic", async () => {
  const { hub } = new Station();
  await hub.publish("a", { data: "a1" });
  void hub.finish("a");
  const finished = expect.objectContaining({ code: "TOPIC_FINISHED", value: "a" });
  expect(() => hub.publish("a", { data: "a2" })).toThrow(finished);
  expect(() => hub.finish("a")).toThrow(finished);
  await hub.publish("b", { data: "b1" });
});

test("where only the log knows that it is finished, the promise rejects, and the observer hears once", async () => {
  // Its deliveries take their time.
  const here = new Station({ log: new SlowLog({}, [3]) });
  await here.cursor();
  void here.hub.finish("a");
  const late = here.hub.publish("a", { data: "a2" });
  await expect(late).rejects.toMatchObject({ code: "TOPIC_FINISHED" });
  expect(here.told.errors).toMatchObject([{ error: { code: "TOPIC_FINISHED" }, stream: undefined }]);
});

test.each([[""], [undefined], ["x".repeat(513)]])("finish(%j) is a bad topic", (topic) => {
  expect(() => new Station().hub.finish(topic as string)).toThrow(
    expect.objectContaining({ code: "BAD_TOPIC" }),
  );
});

test("a key is a string, or none", async () => {
  const station = new Station();
  const before = await station.cursor();
  for (const key of [null, 5, Symbol("x")]) {
    expect(() => station.hub.publish("a", { data: "x" }, { key: key as never })).toThrow(
      expect.objectContaining({ code: "BAD_OPTION" }),
    );
  }
  expect(await station.cursor()).toBe(before);
});

test("live readers get all of a key; those that lag or come back only the newest", async () => {
  const station = new Station();
  const live = await station.subscribe("price");
  const slow = await station.subscribe("price", { room: 1 });
  const lastEventId = await station.cursor();
  for (const [data, key] of ["x1 x", "y1 y", "x2 x", "all", "x3 x"].map((one) => one.split(" ")))
    void station.hub.publish("price", { data }, key === undefined ? {} : { key });
  await turn();
  // The checkpoint filled the slow one; it reads only now.
  await until(() => {
    slow.sink.read();
    return slow.sink.received.length === 4;
  });
  const back = await station.subscribe("price", { lastEventId });
  expect([live, slow, back].map(({ sink }) => words(sink))).toEqual([
    "x1 y1 x2 all x3",
    "y1 all x3",
    "y1 all x3",
  ]);
});
