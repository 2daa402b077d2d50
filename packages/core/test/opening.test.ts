import { expect, test } from "vitest";
import type { EventStream } from "../src/stream.ts";
import { SlowLog } from "./support/slow-log.ts";
import { Station } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

test("reading properties opens nothing", () => {
  const station = new Station();
  const { stream, exchange } = station.come({ lastEventId: "e.1" });
  expect([stream.state, stream.closeReason, stream.openedAt, stream.lastEventId]).toEqual([
    "new",
    undefined,
    undefined,
    "e.1",
  ]);
  expect([stream.topics.size, stream.signal.aborted, typeof stream.id]).toEqual([0, false, "string"]);
  expect([exchange.headSent, station.told.opened, station.hub.streams.size]).toEqual([false, [], 0]);
});

test("the head: 200, the type, no caching, no transforming, no buffering", () => {
  const { stream, exchange } = new Station().come();
  stream.comment("hello");
  expect(exchange.head).toEqual({
    status: 200,
    headers: {
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    },
  });
  expect(exchange.sink.text).toBe(": hello\n");
});

const openers: [string, (stream: EventStream<object>) => unknown][] = [
  ["send", (stream) => stream.send({ data: "x" })],
  ["comment", (stream) => stream.comment("x")],
  ["subscribe", (stream) => stream.subscribe("a")],
  ["pipe", (stream) => stream.pipe([{ data: "x" }])],
];

test.each(openers)("%s opens", async (_name, open) => {
  const station = new Station();
  const { stream, exchange } = station.come();
  open(stream);
  await until(() => exchange.headSent);
  expect(exchange.head?.status).toBe(200);
  expect(station.told.opened).toMatchObject([{ id: stream.id }]);
  expect(typeof stream.openedAt).toBe("number");
});

test.each(openers)("%s answers HEAD with the head alone", async (_name, open) => {
  const station = new Station();
  const { stream, exchange } = station.come({ method: "HEAD" });
  let asked = false;
  if (_name === "pipe") {
    await stream.pipe(() => {
      asked = true;
      return [];
    });
  } else await open(stream);
  expect([exchange.answered, exchange.opened, exchange.head?.status]).toEqual([true, undefined, 200]);
  expect(exchange.head?.headers["content-type"]).toBe("text/event-stream");
  expect([stream.state, stream.closeReason, asked]).toEqual(["closed", "answered", false]);
  expect(station.told.opened).toEqual([]);
});

test.each(openers)("%s answers 204 to a reader that has had the end", async (_name, open) => {
  const { stream, exchange } = new Station().come({ lastEventId: "~end" });
  await open(stream);
  expect([exchange.answered, exchange.head?.status, stream.closeReason]).toEqual([true, 204, "answered"]);
  expect([stream.send({ data: "x" }), stream.comment("x")]).toEqual([false, false]);
  await stream.subscribe("b");
  await stream.pipe([]);
  expect(exchange.opened).toBeUndefined();
});

test("the end in the query counts as that in the header; on a POST neither does", async () => {
  const query = new Station().come({ url: "/x?lastEventId=%7Eend" });
  query.stream.comment("x");
  expect(query.exchange.head?.status).toBe(204);
  const post = new Station().come({ method: "POST", lastEventId: "~end" });
  post.stream.comment("x");
  expect(post.exchange.head?.status).toBe(200);
});

test.each([
  ["/x?lastEventId=e.1", undefined, "e.1"],
  ["/x?last_event_id=e.1", undefined, "e.1"],
  ["/x?lastEventID=e.1", undefined, "e.1"],
  ["/x?evs_last_event_id=e.1", undefined, "e.1"],
  ["https://host/x?a=b&lastEventId=e.1", undefined, "e.1"],
  ["/x?lastEventId=e.1", "e.2", "e.2"],
  ["/x?lastEventId=e.1", "", "e.1"],
  ["/x?lastEventId=", "", undefined],
  ["/x?lasteventid=e.1", undefined, undefined],
  ["/lastEventId=e.1", undefined, undefined],
])("the reader's last id of %s and the header %j is %j", (url, header, expected) => {
  expect(new Station().come({ url, lastEventId: header }).stream.lastEventId).toBe(expected);
});

test("HEAD_SENT: the response had begun; verbs that can, throw it, and nobody is left hanging", async () => {
  for (const verb of ["send", "comment"] as const) {
    const { stream, exchange } = new Station().come();
    exchange.headSent = true;
    expect(() => (verb === "send" ? stream.send({ data: "x" }) : stream.comment("x"))).toThrow(
      expect.objectContaining({ code: "HEAD_SENT" }),
    );
  }
  const { stream, exchange } = new Station().come();
  exchange.headSent = true;
  await stream.subscribe("a");
  expect(exchange.failed).toMatchObject({ code: "HEAD_SENT" });
  expect([stream.state, stream.closeReason]).toEqual(["closed", "error"]);
});

test("verbs called while it opens wait behind the opening", async () => {
  const station = new Station({ log: new SlowLog({}, [2]) });
  const { stream, exchange } = station.come();
  const opened = stream.subscribe("a", { from: "start" });
  expect([stream.state, stream.send({ event: "early", data: "1" }), stream.comment("c")]).toEqual([
    "opening",
    true,
    true,
  ]);
  expect(exchange.headSent).toBe(false);
  await opened;
  expect(stream.state).toBe("open");
  expect(exchange.sink.received.map(({ event, comment }) => event ?? comment)).toEqual([
    "checkpoint",
    "early",
    "c",
  ]);
});

test("closed while it opens, it ends politely: the head, what was sent, and no subscription", async () => {
  const station = new Station({ log: new SlowLog({}, [2]) });
  const { stream, exchange } = station.come();
  const opened = stream.subscribe("a");
  stream.send({ event: "early", data: "1" });
  stream.close();
  await opened;
  await until(() => stream.state === "closed");
  expect(exchange.sink.received).toMatchObject([{ event: "early" }]);
  expect(stream.closeReason).toBe("closed");
  expect(station.told.closed).toMatchObject([{ reason: "closed", events: 1 }]);
  await turn();
  expect(station.hub.streams.size).toBe(0);
});

test("close before any verb: it is over, nothing was sent, and verbs do nothing", async () => {
  const { stream, exchange } = new Station().come();
  stream.close();
  expect([stream.state, stream.closeReason, stream.signal.aborted]).toEqual(["closed", "closed", true]);
  expect([stream.send({ data: "x" }), stream.comment("x")]).toEqual([false, false]);
  await stream.subscribe("a");
  await stream.pipe([{ data: "x" }]);
  await expect(stream.ready()).rejects.toMatchObject({ code: "CLOSED" });
  expect(exchange.headSent).toBe(false);
});

test("the log away before the head: the framework's to answer, as 503, and no promise rejects", async () => {
  const log = new SlowLog();
  log.away = true;
  const station = new Station({ log });
  const { stream, exchange } = station.come();
  await stream.subscribe("a");
  expect(exchange.failed).toMatchObject({ code: "LOG_FAILED", status: 503, expose: false });
  expect([exchange.headSent, stream.state, stream.closeReason]).toEqual([false, "closed", "error"]);
  log.away = false;
  expect((await station.subscribe("a")).stream.state).toBe("open");
});

test("fail before the head goes to the framework; a cause of the application is wrapped", () => {
  const { stream, exchange } = new Station().come();
  const cause = new Error("secret");
  stream.fail(cause);
  expect(exchange.failed).toMatchObject({ code: "APPLICATION_FAILED", status: 500, cause });
  expect(exchange.failed?.message).not.toContain("secret");
  stream.fail(new Error("second"));
  expect(exchange.failed?.cause).toBe(cause);
});

test("fail after the head ends the stream, tells the observer, and no byte of it reaches the reader", async () => {
  const station = new Station();
  const { stream, exchange } = station.come();
  stream.send({ data: "x" });
  const cause = new Error("secret");
  stream.fail(cause);
  await until(() => stream.state === "closed");
  expect([exchange.failed, exchange.sink.text, stream.closeReason]).toEqual([
    undefined,
    "data: x\n\n",
    "error",
  ]);
  expect(station.told.errors).toMatchObject([{ error: { cause }, stream: { id: stream.id } }]);
});
