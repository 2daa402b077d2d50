import { expect, test } from "vitest";
import { Station } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

test("send is true while the reader keeps up, false once it is slow, and nothing is lost by that", async () => {
  const { stream, exchange } = new Station().come({ room: 10 });
  expect([stream.send({ data: "1" }), stream.send({ data: "2" }), stream.send({ data: "3" })]).toEqual([
    true,
    false,
    false,
  ]);
  exchange.sink.room = 100;
  exchange.sink.read();
  await stream.ready();
  expect(exchange.sink.received.map(({ data }) => data)).toEqual(["1", "2", "3"]);
  expect(stream.send({ data: "4" })).toBe(true);
});

test("a bad event is refused before a byte, and the stream is as it was", () => {
  const { stream, exchange } = new Station().come();
  expect(() => stream.send({ data: undefined })).toThrow(expect.objectContaining({ code: "BAD_DATA" }));
  expect(() => stream.send({ data: "x", id: "a\nb" })).toThrow(expect.objectContaining({ code: "BAD_ID" }));
  expect(() => stream.comment(5 as never)).toThrow(expect.objectContaining({ code: "BAD_COMMENT" }));
  expect([exchange.headSent, stream.state]).toEqual([false, "new"]);
  stream.send({ data: "x", id: "0" });
  stream.send({ data: "y", id: "" });
  expect(exchange.sink.text).toBe("id: 0\ndata: x\n\nid: \ndata: y\n\n");
});

test("the bound on events holds for send", () => {
  const { stream } = new Station({ maxEventBytes: 20 }).come();
  expect(() => stream.send({ data: "x".repeat(20) })).toThrow(
    expect.objectContaining({ code: "EVENT_TOO_LARGE" }),
  );
});

test("full, by default: the stream is closed at once, with what had gone out", async () => {
  const station = new Station({ outboxBytes: 500 });
  const { stream, exchange } = station.come({ room: 1 });
  let sent = 0;
  while (stream.state === "open" || stream.state === "new") {
    stream.send({ data: `${sent++}${"x".repeat(50)}` });
    expect(sent).toBeLessThan(100);
  }
  await until(() => stream.state === "closed");
  expect([stream.closeReason, exchange.sink.cut, exchange.sink.chunks.length]).toEqual(["full", true, 1]);
  expect([stream.send({ data: "x" }), station.told.drops]).toEqual([false, []]);
  expect(station.told.closed).toMatchObject([{ reason: "full", clean: false }]);
});

test("full with whenFull drop: the new is dropped, each told to the observer, and the reader told once", async () => {
  const station = new Station({ outboxBytes: 300, whenFull: "drop" });
  const { stream, exchange } = station.come({ room: 1 });
  for (let i = 0; i < 10; i++) stream.send({ data: `${i}${"x".repeat(50)}` });
  expect(stream.state).toBe("open");
  const dropped = station.told.drops.length;
  expect(dropped).toBeGreaterThan(3);
  exchange.sink.room = Number.POSITIVE_INFINITY;
  exchange.sink.read();
  await stream.ready();
  const { received } = exchange.sink;
  expect(received.map(({ event, data }) => event ?? data?.slice(0, 1))).toEqual([
    ...Array.from({ length: 10 - dropped }, (_, i) => `${i}`),
    "dropped",
  ]);
  stream.send({ data: "after" });
  expect(exchange.sink.received.at(-1)).toEqual({ data: "after" });
  expect(exchange.sink.received.filter(({ event }) => event === "dropped")).toHaveLength(1);
});

test("dropped, and closed before there was room: it ends all the same", async () => {
  const station = new Station({ outboxBytes: 100, whenFull: "drop" });
  const { stream, exchange } = station.come({ room: 1 });
  for (let i = 0; i < 5; i++) stream.send({ data: `${i}${"x".repeat(50)}` });
  stream.close();
  exchange.sink.room = Number.POSITIVE_INFINITY;
  exchange.sink.read();
  await until(() => stream.state === "closed");
  expect([stream.closeReason, exchange.sink.ended]).toEqual(["closed", true]);
});

test("ready: at once with room, later without, CLOSED when the stream is over", async () => {
  const { stream, exchange } = new Station().come({ room: 1 });
  await stream.ready();
  stream.send({ data: "x" });
  let ready = false;
  const waiting = stream.ready().then(() => {
    ready = true;
  });
  await turn();
  expect(ready).toBe(false);
  exchange.sink.read();
  await waiting;
  stream.send({ data: "y" });
  const never = stream.ready();
  exchange.sink.leave();
  await expect(never).rejects.toMatchObject({ code: "CLOSED" });
  await expect(stream.ready()).rejects.toMatchObject({ code: "CLOSED" });
});

test("ready gives up when its signal says so", async () => {
  const { stream } = new Station().come({ room: 1 });
  stream.send({ data: "x" });
  await expect(stream.ready({ signal: AbortSignal.timeout(1) })).rejects.toMatchObject({ code: "TIMEOUT" });
  await expect(stream.ready({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "ABORTED" });
});

test("a ready that nobody awaits is no unhandled rejection", async () => {
  const unhandled: unknown[] = [];
  const listen = (reason: unknown) => unhandled.push(reason);
  process.on("unhandledRejection", listen);
  const { stream, exchange } = new Station().come({ room: 1 });
  stream.send({ data: "x" });
  void stream.ready();
  exchange.sink.leave();
  void stream.ready();
  await turn();
  await turn();
  process.off("unhandledRejection", listen);
  expect(unhandled).toEqual([]);
});

test("a sink that throws ends its stream, is reported, and disturbs no other", async () => {
  const station = new Station();
  const [bad, good] = [await station.subscribe("a"), await station.subscribe("a")];
  bad.sink.fault = new Error("sink");
  await station.publish("a1");
  expect(good.sink.received.at(-1)?.data).toBe("a1");
  await until(() => bad.stream.state === "closed");
  expect([bad.stream.closeReason, bad.sink.cut]).toEqual(["error", true]);
  expect(station.told.errors).toMatchObject([
    { error: { code: "SINK_FAILED" }, stream: { id: bad.stream.id } },
  ]);
});
