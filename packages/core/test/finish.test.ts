import { expect, test } from "vitest";
import { MemoryLog } from "../src/memory-log.ts";
import { lastIdOf } from "./support/received.ts";
import { SlowLog } from "./support/slow-log.ts";
import { type Line, Station, words } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

/** What a reader had besides its checkpoint, and how its stream ended. */
function told({ sink, stream }: Line): unknown[] {
  const events = sink.received.filter(({ event }) => event !== "checkpoint");
  return [...events.map(({ event, data }) => event ?? data), stream.closeReason];
}

test("live readers get the rest, the end of the topic, and the end of their stream", async () => {
  const station = new Station();
  const line = await station.subscribe("a");
  await station.hub.publish("a", { data: "a1" });
  const { epoch, offset } = await station.hub.finish("a");
  await until(() => line.stream.state === "closed");
  expect(line.sink.received.slice(1)).toEqual([
    { data: "a1", id: `${epoch}.${offset - 1}` },
    { event: "finish", data: "a", id: `${epoch}.${offset}` },
  ]);
  expect(station.told.closed).toMatchObject([{ reason: "finished", clean: true, events: 2 }]);
  expect(line.sink.cut).toBe(false);
});

test("who comes back after that is told not to: 204", async () => {
  const station = new Station();
  const { sink } = await station.subscribe("a");
  await station.publish("a1");
  await station.hub.finish("a");
  await turn();
  const back = await station.subscribe("a", { lastEventId: lastIdOf(sink.received) });
  expect(back.exchange.head).toMatchObject({ status: 204, headers: { "cache-control": "no-store" } });
  expect([back.exchange.body, back.exchange.failed, back.stream.closeReason]).toEqual([
    undefined,
    undefined,
    "answered",
  ]);
});

test("who was cut before the end gets what it missed, and the end", async () => {
  const station = new Station();
  const { sink } = await station.subscribe("a");
  await station.publish("a1 a2 a3");
  await station.hub.finish("a");
  await turn();
  for (const had of [1, 2, 3, 4]) {
    const back = await station.subscribe("a", { lastEventId: sink.received[had - 1]?.id });
    await until(() => back.stream.state === "closed");
    expect(told(back)).toEqual([...["a1", "a2", "a3", "finish"].slice(had - 1), "finished"]);
  }
});

test.each(["now", "start"])("who comes late reads it from its start, also from %s", async (from) => {
  const station = new Station();
  await station.publish("b1 a2 b3 a4");
  await station.hub.finish("a");
  // Also in the turn in which it was finished.
  for (let i = 0; i < 2; i++) {
    const line = station.come();
    await line.stream.subscribe("a", { from });
    await until(() => line.stream.state === "closed");
    expect(told(line)).toEqual(["a2", "a4", "finish", "finished"]);
    await turn();
  }
});

test("who says where from is given what came since, finished or not", async () => {
  const station = new Station();
  await station.publish("a1");
  const from = await station.cursor();
  await station.publish("a2");
  await station.hub.finish("a");
  await turn();
  const line = station.come();
  await line.stream.subscribe("a", { from });
  await until(() => line.stream.state === "closed");
  expect(told(line)).toEqual(["a2", "finish", "finished"]);
  const all = station.come();
  await all.stream.subscribe("a", { from: await station.cursor() });
  expect(all.exchange.head?.status).toBe(204);
});

test("when all of it is gone from the log, who comes late is told not to come back", async () => {
  const station = new Station({ history: { events: 0 } });
  await station.publish("a1");
  await station.hub.finish("a");
  await turn();
  expect((await station.subscribe("a")).exchange.head?.status).toBe(204);
});

test("a stream of several topics goes on until all are finished", async () => {
  const station = new Station();
  const line = await station.subscribe(["a", "b"]);
  await station.hub.finish("a");
  await station.publish("b1");
  expect(line.stream.state).toBe("open");
  const onlyB = await station.subscribe(["a", "b"]);
  await station.publish("b2");
  await station.hub.finish("b");
  await until(() => station.hub.streams.size === 0);
  expect(told(line)).toEqual(["finish", "b1", "b2", "finish", "finished"]);
  expect(told(onlyB)).toEqual(["b2", "finish", "finished"]);
  const names = line.sink.received.filter(({ event }) => event === "finish").map(({ data }) => data);
  expect(names).toEqual(["a", "b"]);
});

test("several topics that finish in one turn, with others in between", async () => {
  const station = new Station();
  const lines = await Promise.all(
    [["a"], ["a", "b"], ["b", "c"], ["c"]].map((topics) => station.subscribe(topics)),
  );
  void station.hub.publish("a", { data: "a1" });
  void station.hub.finish("a");
  void station.hub.publish("c", { data: "c1" });
  void station.hub.finish("b");
  await turn();
  await turn();
  expect(lines.map(told)).toEqual([
    ["a1", "finish", "finished"],
    ["a1", "finish", "finish", "finished"],
    ["c1", "finish", undefined],
    ["c1", undefined],
  ]);
});

test("a reader that lags gets the rest first, in order, and then the end", async () => {
  const station = new Station();
  const line = await station.subscribe("a", { room: 1 });
  const numbers = Array.from({ length: 50 }, (_, i) => `a${i}`);
  await station.publish(numbers.join(" "));
  await station.hub.finish("a");
  await turn();
  expect(line.stream.state).toBe("open");
  await until(() => {
    line.sink.read();
    return line.stream.state === "closed";
  });
  expect(told(line)).toEqual([...numbers, "finish", "finished"]);
});

test("one that lags beyond the window gets it from the log", async () => {
  const station = new Station();
  const line = await station.subscribe("a", { room: 1 });
  const numbers = Array.from({ length: 3_000 }, (_, i) => `a${i}`);
  for (let i = 0; i < 3_000; i += 500) await station.publish(numbers.slice(i, i + 500).join(" "));
  await station.hub.finish("a");
  await until(() => {
    line.sink.read();
    return line.stream.state === "closed";
  });
  expect(told(line)).toEqual([...numbers, "finish", "finished"]);
});

test("private events that wait go out before the end", async () => {
  const station = new Station();
  const line = await station.subscribe("a", { room: 1 });
  line.stream.send({ data: "mine" });
  await station.hub.finish("a");
  await until(() => {
    line.sink.read();
    return line.stream.state === "closed";
  });
  expect(told(line)).toEqual(["mine", "finish", "finished"]);
});

test("on a log that is far away, and breaks, too", async () => {
  const log = new SlowLog({}, [1, 3, 0, 2]);
  const station = new Station({ log });
  const line = await station.subscribe("a");
  await station.hub.publish("a", { data: "a1" });
  await station.hub.finish("a");
  log.break();
  station.hub.publish("b", { data: "b1" }).catch(() => {});
  await until(() => line.stream.state === "closed");
  expect(told(line)).toEqual(["a1", "finish", "finished"]);
  const back = await station.subscribe("a", { lastEventId: lastIdOf(line.sink.received) });
  expect(back.exchange.head?.status).toBe(204);
});

test("a hub that comes later to the same log knows what is finished", async () => {
  const log = new MemoryLog();
  const first = new Station({ log });
  await first.publish("a1");
  await first.hub.finish("a");
  const second = new Station({ log });
  await second.cursor();
  expect(() => second.hub.publish("a", { data: "x" })).toThrow(
    expect.objectContaining({ code: "TOPIC_FINISHED" }),
  );
  const line = await second.subscribe("a");
  await until(() => line.stream.state === "closed");
  expect(told(line)).toEqual(["a1", "finish", "finished"]);
});

test("a topic that the log has forgotten begins anew", async () => {
  const log = new MemoryLog({ maxTopics: 1 });
  const station = new Station({ log });
  await station.publish("a1");
  await station.hub.finish("a");
  await station.hub.finish("b");
  await turn();
  // By somebody who never heard of its end.
  await log.append("a", new TextEncoder().encode("data: a2\n\n"));
  const line = await station.subscribe("a");
  await station.publish("a3");
  expect([words(line.sink), line.stream.state]).toEqual(["a3", "open"]);
});
