import { expect, test } from "vitest";
import { Station, words } from "./support/station.ts";
import { until } from "./support/turn.ts";

test("the first bytes are a checkpoint: where it starts, with empty data", async () => {
  const station = new Station();
  await station.publish("a1");
  const { sink } = await station.subscribe("a");
  expect(sink.received).toEqual([{ event: "checkpoint", data: "", id: await station.cursor() }]);
});

test("a first visit begins now; every event has its cursor as id", async () => {
  const station = new Station();
  await station.publish("a1");
  const { sink, stream } = await station.subscribe(["a", "b"]);
  await station.publish("a2 b3 c4 a5");
  expect(words(sink)).toBe("a2 b3 a5");
  expect(sink.received.at(-1)?.id).toBe(await station.cursor());
  expect([...stream.topics]).toEqual(["a", "b"]);
});

test("topics are each counted once", async () => {
  const station = new Station();
  const { sink, stream } = await station.subscribe(["a", "a"]);
  await station.publish("a1");
  expect([words(sink), stream.topics.size]).toEqual(["a1", 1]);
});

test("from start: all that is kept of its topics", async () => {
  const station = new Station({ history: { events: 3 } });
  await station.publish("a1 a2 b3 a4 b5");
  const line = station.come();
  await line.stream.subscribe("a", { from: "start" });
  await until(() => words(line.sink) !== "");
  expect(words(line.sink)).toBe("a4");
  expect(station.told.gaps).toEqual([]);
});

test("from a cursor taken before: what came since, once", async () => {
  const station = new Station();
  await station.publish("a1 a2");
  const from = await station.cursor();
  await station.publish("a3 b4 a5");
  const { stream, exchange } = station.come();
  await stream.subscribe("a", { from });
  await station.publish("a6");
  expect(words(exchange.sink)).toBe("a3 a5 a6");
});

test("the reader's own cursor wins over from, and the replay is told", async () => {
  const station = new Station();
  await station.publish("a1 a2");
  const lastEventId = await station.cursor();
  await station.publish("a3 a4");
  const { stream, exchange } = station.come({ lastEventId });
  await stream.subscribe("a", { from: "start" });
  expect(words(exchange.sink)).toBe("a3 a4");
  expect(exchange.sink.received[0]).toEqual({ event: "checkpoint", data: "", id: lastEventId });
  expect(station.told.replays).toEqual([{ cursor: lastEventId, behind: 2 }]);
});

test("a resume is one write, the very same bytes for all who come from the same place", async () => {
  const station = new Station();
  await station.publish("a1");
  const lastEventId = await station.cursor();
  await station.publish("a2 b3 a4");
  const lines = [station.come({ lastEventId }), station.come({ lastEventId })];
  await Promise.all(lines.map(({ stream }) => stream.subscribe("a")));
  const [one, other] = lines.map(({ exchange }) => exchange.sink.chunks);
  expect(one).toHaveLength(1);
  expect(other?.[0]).toBe(one?.[0]);
  expect(lines.map(({ exchange }) => words(exchange.sink))).toEqual(["a2 a4", "a2 a4"]);
  await station.publish("a5");
  expect(lines.map(({ exchange }) => words(exchange.sink))).toEqual(["a2 a4 a5", "a2 a4 a5"]);
});

test("what is published in the very turn of the subscription comes once", async () => {
  const station = new Station();
  await station.publish("a1");
  void station.hub.publish("a", { data: "a2" });
  const { sink } = await station.subscribe("a");
  void station.hub.publish("a", { data: "a3" });
  await station.publish("a4");
  expect(words(sink)).toBe("a3 a4");
});

test("a second subscribe is refused, and disturbs not the first", async () => {
  const station = new Station();
  const { stream, sink } = await station.subscribe("a");
  expect(() => stream.subscribe("b")).toThrow(expect.objectContaining({ code: "ALREADY_SUBSCRIBED" }));
  await station.publish("a1 b2");
  expect(words(sink)).toBe("a1");
});

test.each([
  ["", "BAD_TOPIC"],
  [[], "BAD_TOPIC"],
  [["a", ""], "BAD_TOPIC"],
  [["a", 5], "BAD_TOPIC"],
  [undefined, "BAD_TOPIC"],
  [5, "BAD_TOPIC"],
  ["a".repeat(513), "BAD_TOPIC"],
  ["\ud800", "BAD_TOPIC"],
])("the topics %j are refused, before the head", (topics, code) => {
  const { stream, exchange } = new Station().come();
  expect(() => stream.subscribe(topics as never)).toThrow(expect.objectContaining({ code }));
  expect([exchange.headSent, stream.state]).toEqual([false, "new"]);
});

test.each(["__proto__", "constructor", "a b", "é", "e\u0301", "a\nb", "\0", "x".repeat(512)])(
  "the topic %j is taken, and is no other",
  async (topic) => {
    const station = new Station();
    const { sink } = await station.subscribe(topic);
    for (const other of new Set(["toString", "é", "e\u0301", topic]))
      void station.hub.publish(other, { data: other });
    await until(() => words(sink) !== "");
    expect(sink.received.filter(({ event }) => event === undefined)).toHaveLength(1);
  },
);

test.each(["", "later", "e.01", 5, null])("from %j is refused", (from) => {
  const { stream } = new Station().come();
  expect(() => stream.subscribe("a", { from: from as never })).toThrow(
    expect.objectContaining({ code: "BAD_OPTION" }),
  );
});

test("once subscribed, send takes no id; once sent with ids, no subscribe", async () => {
  const station = new Station();
  const { stream } = await station.subscribe("a");
  expect(() => stream.send({ data: "x", id: "1" })).toThrow(expect.objectContaining({ code: "ID_CONFLICT" }));
  expect(() => stream.send({ data: "x", id: "" })).toThrow(expect.objectContaining({ code: "ID_CONFLICT" }));
  const own = station.come();
  own.stream.send({ data: "x", id: "1" });
  expect(() => own.stream.subscribe("a")).toThrow(expect.objectContaining({ code: "ID_CONFLICT" }));
});

test("a private event carries the position of the last topic event before it, and a comment none", async () => {
  const station = new Station();
  const { stream, sink } = await station.subscribe("a");
  await station.publish("a1");
  const cursor = await station.cursor();
  stream.send({ event: "private", data: "x" });
  stream.comment("c");
  expect(sink.received.slice(-2)).toEqual([{ event: "private", data: "x", id: cursor }, { comment: "c" }]);
});

test("a private event sent in the turn of a publish is before it, by its id too", async () => {
  const station = new Station();
  const { stream, sink } = await station.subscribe("a");
  const cursor = await station.cursor();
  void station.hub.publish("a", { data: "a1" });
  stream.send({ event: "private", data: "x" });
  await until(() => words(sink) !== "");
  expect(sink.received.slice(1).map(({ event, id }) => [event, id])).toEqual([
    ["private", cursor],
    [undefined, await station.cursor()],
  ]);
});

test("sent before subscribe, private events have no id, and go out first", async () => {
  const station = new Station();
  const { stream, exchange } = station.come();
  stream.send({ event: "private", data: "x" });
  await stream.subscribe("a");
  expect(exchange.sink.received.map(({ event, id }) => [event, id !== undefined])).toEqual([
    ["private", false],
    ["checkpoint", true],
  ]);
});

test("a reader that leaves is taken off, and the others go on", async () => {
  const station = new Station();
  const one = await station.subscribe("a");
  const two = await station.subscribe("a");
  await station.publish("a1");
  one.sink.leave();
  await station.publish("a2");
  expect([words(one.sink), words(two.sink)]).toEqual(["a1", "a1 a2"]);
  expect([one.stream.closeReason, station.hub.streams.size]).toEqual(["left", 1]);
});

test("closed, it ends politely behind what it was given, and hears nothing more", async () => {
  const station = new Station();
  const { stream, sink } = await station.subscribe("a");
  await station.publish("a1");
  stream.close();
  await station.publish("a2");
  expect([words(sink), sink.ended, sink.cut, stream.state]).toEqual(["a1", true, false, "closed"]);
});

test("readers of one topic get the same buffer", async () => {
  const station = new Station();
  const lines = await Promise.all([1, 2, 3].map(() => station.subscribe("a")));
  await station.publish("a1 a2");
  expect(new Set(lines.map(({ sink }) => sink.chunks.at(-1))).size).toBe(1);
});
