import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SseError } from "../src/errors.ts";
import type { MemoryRequest } from "./support/memory-exchange.ts";
import { SlowLog } from "./support/slow-log.ts";
import { type Line, Station, useClock } from "./support/station.ts";
import { until } from "./support/turn.ts";

// What admission decides is in admission.test.ts; this is when it is asked, and told that somebody left.

beforeEach(useClock);

afterEach(() => {
  vi.useRealTimers();
});

const PLACES = 3;

const ANN = { address: "192.0.2.1" };

/** How many more are let in. */
function free(station: Station): number {
  const lines: Line[] = [];
  for (let line = station.come(ANN); line.stream.comment("x"); line = station.come(ANN)) lines.push(line);
  for (const { sink } of lines) sink.leave();
  return lines.length;
}

const opening = { log: () => new SlowLog({}, [2]) };

const ways: readonly {
  readonly name: string;
  readonly request?: MemoryRequest;
  readonly log?: () => SlowLog;
  readonly run: (line: Line, station: Station) => unknown;
}[] = [
  { name: "the reader leaves", run: (line) => [line.stream.comment("x"), line.sink.leave()] },
  {
    name: "it is closed, and its reader leaves after that",
    run: (line) => [line.stream.comment("x"), line.stream.close(), line.sink.leave(), line.stream.close()],
  },
  { name: "a source ends", run: ({ stream }) => stream.pipe([{ data: "x" }]) },
  { name: "a source fails", run: ({ stream }) => stream.pipe(() => Promise.reject(new Error("mine"))) },
  { name: "it is failed", run: ({ stream }) => [stream.comment("x"), stream.fail(new Error("mine"))] },
  {
    name: "it has subscribed, and the reader leaves",
    run: async (line) => [await line.stream.subscribe("a"), line.sink.leave()],
  },
  {
    name: "the head was sent by somebody else",
    run: ({ stream, exchange }) => {
      exchange.headSent = true;
      for (let i = 0; i < 2; i++) expect(() => stream.comment("x")).toThrow("begun");
    },
  },
  {
    name: "the head was sent by somebody else, and then it subscribes",
    run: async ({ stream, exchange }) => {
      exchange.headSent = true;
      await stream.subscribe("a");
      expect(exchange.failed?.code).toBe("HEAD_SENT");
    },
  },
  {
    name: "the head is sent by somebody else while the log is asked",
    ...opening,
    run: async ({ stream, exchange }) => {
      const opened = stream.subscribe("a", { from: "start" });
      exchange.headSent = true;
      await opened;
      expect(exchange.failed?.code).toBe("HEAD_SENT");
    },
  },
  {
    name: "it is closed while the log is asked",
    ...opening,
    run: async ({ stream }) => {
      const opened = stream.subscribe("a", { from: "start" });
      stream.close();
      await opened;
    },
  },
  {
    name: "it is failed while the log is asked",
    ...opening,
    run: async ({ stream, exchange }) => {
      const opened = stream.subscribe("a", { from: "start" });
      stream.fail(new Error("mine"));
      await opened;
      expect(exchange.failed?.code).toBe("APPLICATION_FAILED");
    },
  },
  {
    name: "the log fails",
    ...opening,
    run: async ({ stream, exchange }, station) => {
      await station.cursor();
      const opened = stream.subscribe("a", { from: "start" });
      (station.log as SlowLog).break();
      (station.log as SlowLog).away = true;
      await opened;
      expect(exchange.failed?.code).toBe("LOG_FAILED");
      (station.log as SlowLog).away = false;
      await station.cursor();
    },
  },
  {
    name: "it has too many topics",
    run: async ({ stream, exchange }) => {
      await stream.subscribe(["a", "b", "c"]);
      expect(exchange.failed?.code).toBe("LIMITED");
    },
  },
  {
    name: "it is open and has too many topics: the reader is sent away",
    run: async (line) => {
      const { stream } = line;
      stream.comment("x");
      await stream.subscribe(["a", "b", "c"]);
      expect(line.sink.received.at(-1)).toMatchObject({ event: "reconnect", data: '{"reason":"refused"}' });
      expect(stream.closeReason).toBe("refused");
    },
  },
  {
    name: "a native reader has too many topics",
    request: { headers: { accept: "text/event-stream" } },
    run: async ({ stream, exchange }) => {
      await stream.subscribe(["a", "b", "c"]);
      expect(exchange.answered).toBe(true);
    },
  },
  {
    name: "a finished topic: 204",
    log: () => new SlowLog({ events: 0 }),
    run: async ({ stream, exchange }, station) => {
      await station.hub.publish("done", { data: "x" });
      await station.hub.finish("done");
      await until(() => station.hub.streams.size === 0);
      // Everything of it is gone, so there is nothing to read.
      await stream.subscribe("done");
      expect([exchange.head?.status, stream.closeReason]).toEqual([204, "answered"]);
    },
  },
  { name: "HEAD", request: { method: "HEAD" }, run: ({ stream }) => stream.comment("x") },
  {
    name: "a reader that has had the end",
    request: { lastEventId: "~end" },
    run: ({ stream }) => stream.pipe([]),
  },
  { name: "it is closed before it opened", run: ({ stream }) => stream.close() },
  {
    name: "it was refused, and asks again and again",
    request: { headers: { "user-agent": "bad" } },
    run: async ({ stream, exchange }) => {
      for (let i = 0; i < 3; i++) expect(stream.comment("x")).toBe(false);
      await stream.subscribe("a");
      stream.close();
      expect(exchange.failed?.code).toBe("FORBIDDEN");
      expect(stream.closeReason).toBe("refused");
    },
  },
  {
    name: "admit throws",
    request: { headers: { "user-agent": "worse" } },
    run: ({ stream, exchange }) => {
      expect(stream.comment("x")).toBe(false);
      expect(exchange.failed).toMatchObject({ code: "APPLICATION_FAILED", cause: new Error("mine") });
      expect(stream.closeReason).toBe("error");
    },
  },
  {
    name: "admit throws an error of ours: with its status",
    request: { headers: { "user-agent": "teapot" } },
    run: ({ stream, exchange }) => {
      expect(stream.comment("x")).toBe(false);
      expect(exchange.failed).toMatchObject({ code: "FORBIDDEN", status: 418 });
    },
  },
];

test.each(ways)("counted out once: $name", async ({ request, log, run }) => {
  const station = new Station({
    limits: { streams: PLACES, streamsPerClient: PLACES, topicsPerStream: 2 },
    admit(visit) {
      const agent = visit.header("user-agent");
      if (agent === "worse") throw new Error("mine");
      if (agent === "teapot") throw new SseError("FORBIDDEN", "No.", { status: 418 });
      return agent !== "bad";
    },
    log: log?.() ?? new SlowLog(),
  });
  await station.cursor();
  await run(station.come({ ...ANN, ...request }), station);
  await until(() => station.hub.streams.size === 0);
  expect(free(station)).toBe(PLACES);
  await station.hub.close();
});

test("a stream counts from its first verb: reading a property takes no place", async () => {
  const station = new Station({ limits: { streams: 1 } });
  const idle = station.come();
  expect([idle.stream.state, idle.stream.lastEventId, idle.stream.signal.aborted]).toEqual([
    "new",
    undefined,
    false,
  ]);
  expect(station.come().stream.comment("x")).toBe(true);
});

test("one that is opening has its place already", async () => {
  const station = new Station({ limits: { streams: 1 }, log: new SlowLog({}, [2]) });
  const [first, second] = [station.come(), station.come()];
  const opened = first.stream.subscribe("a", { from: "start" });
  await second.stream.subscribe("a");
  expect(second.exchange.failed).toMatchObject({ code: "LIMITED", status: 503 });
  await opened;
  expect(first.stream.state).toBe("open");
});

test("readers of a topic: one leaves, and the next is let in", async () => {
  const station = new Station({ limits: { readersPerTopic: 1 } });
  const first = await station.subscribe("a");
  const second = await station.subscribe(["b", "a"]);
  expect(second.exchange.failed).toMatchObject({ code: "LIMITED", status: 503 });
  await station.subscribe("b");
  first.sink.leave();
  const third = await station.subscribe("a");
  expect(third.stream.state).toBe("open");
});

test("hub.limit takes effect with the next visit, and leaves those who are in alone", async () => {
  const station = new Station();
  const lines = [await station.subscribe("a"), await station.subscribe("a")];
  station.hub.limit({ streams: 1 });
  expect((await station.subscribe("a")).exchange.failed).toMatchObject({ code: "LIMITED" });
  expect(lines.map(({ stream }) => stream.state)).toEqual(["open", "open"]);
  station.hub.limit({ streams: 3 });
  expect((await station.subscribe("a")).stream.state).toBe("open");
  expect(() => station.hub.limit({ stream: 3 } as never)).toThrow(
    expect.objectContaining({ code: "BAD_OPTION" }),
  );
});
