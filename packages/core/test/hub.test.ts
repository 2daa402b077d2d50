import { expect, test, vi } from "vitest";
import { Hub } from "../src/hub.ts";
import { MemoryLog } from "../src/memory-log.ts";
import type { Observer } from "../src/observer.ts";
import type { HubOptions } from "../src/options.ts";
import { MemoryExchange } from "./support/memory-exchange.ts";
import { SlowLog } from "./support/slow-log.ts";
import { Station, words } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

test("streams are those open at the time of asking", async () => {
  const station = new Station();
  const { streams } = station.hub;
  expect([...streams]).toEqual([]);
  const [one, two] = [await station.subscribe("a"), await station.subscribe("b")];
  expect([...station.hub.streams]).toEqual([one.stream, two.stream]);
  expect(station.hub.streams.size).toBe(2);
  one.sink.leave();
  expect([...station.hub.streams]).toEqual([two.stream]);
});

test("ids are names of their own", async () => {
  const station = new Station();
  const other = new Station();
  const lines = [station.come(), station.come(), other.come()];
  expect(new Set(lines.map(({ stream }) => stream.id)).size).toBe(3);
  expect(lines[0]?.stream.id).toBe(lines[0]?.stream.id);
});

test("the record of a stream, from the beginning to the end", async () => {
  const station = new Station();
  const before = Date.now();
  const { stream, sink } = await station.subscribe(["a", "b"], {
    url: "/x?y",
    address: "192.0.2.1",
    headers: { "user-agent": "test" },
  });
  const [opened] = station.told.opened;
  expect(opened).toMatchObject({ id: stream.id, address: "192.0.2.1", userAgent: "test", url: "/x?y" });
  expect(opened).toMatchObject({ topics: ["a", "b"], lastEventAt: undefined, events: 0, bytes: 0 });
  expect(opened?.openedAt).toBe(stream.openedAt);
  await station.publish("a1 b2");
  stream.send({ data: "private" });
  sink.leave();
  const [closed] = station.told.closed;
  expect(closed).toMatchObject({
    ...opened,
    events: 3,
    bytes: sink.bytes.byteLength,
    lastEventAt: expect.any(Number),
  });
  expect(closed).toMatchObject({ reason: "left", clean: false });
  for (const time of [closed?.openedAt, closed?.lastEventAt, closed?.closedAt]) {
    expect(time).toBeGreaterThanOrEqual(before - 5);
    expect(time).toBeLessThanOrEqual(Date.now() + 5);
  }
});

test("open and close are told once each, whoever ends it, however often", async () => {
  const station = new Station();
  const { stream, sink } = await station.subscribe("a");
  stream.close();
  stream.close();
  sink.leave();
  stream.fail(new Error("late"));
  await until(() => stream.state === "closed");
  sink.leave();
  expect([station.told.opened.length, station.told.closed.length, station.told.errors.length]).toEqual([
    1, 1, 0,
  ]);
});

test("an observer that throws disturbs nobody: it is a warning", async () => {
  const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
  const fail = (): never => {
    throw new Error("observer");
  };
  const observer: Observer = { open: fail, close: fail, replay: fail, gap: fail, drop: fail, error: fail };
  const station = new Station({ observer, outboxBytes: 10, whenFull: "drop" });
  const { stream, sink } = await station.subscribe("a", { lastEventId: "x", room: 1 });
  for (let i = 0; i < 3; i++) stream.send({ data: "x" });
  sink.room = Number.POSITIVE_INFINITY;
  sink.read();
  await turn();
  await station.publish("a1");
  expect(words(sink)).toContain("a1");
  stream.fail(new Error("x"));
  await until(() => stream.state === "closed");
  expect(warn.mock.calls.length).toBeGreaterThanOrEqual(5);
  expect(warn.mock.calls[0]).toMatchObject([
    expect.stringContaining("observer"),
    { code: "LONGWAVE_OBSERVER_FAILED" },
  ]);
  warn.mockRestore();
});

test("an observer of some methods is called for those", async () => {
  const closed = vi.fn();
  const station = new Station({ observer: { close: closed } });
  const { sink } = await station.subscribe("a", { lastEventId: "x" });
  sink.leave();
  expect(closed).toHaveBeenCalledTimes(1);
});

test("without an observer the address is not asked for: it costs", async () => {
  const hub = new Hub<object>();
  const exchange = new MemoryExchange();
  const asked = vi.spyOn(exchange, "header");
  Object.defineProperty(exchange, "address", {
    get: () => {
      throw new Error("asked");
    },
  });
  await hub.stream(exchange).subscribe("a");
  expect(asked).not.toHaveBeenCalledWith("user-agent");
  await hub.close();
});

test("close ends every stream, politely, and resolves when all bytes have gone out", async () => {
  const station = new Station();
  const fast = await station.subscribe("a");
  const slow = await station.subscribe("a", { room: 1 });
  slow.stream.send({ data: "x" });
  let closed = false;
  const closing = station.hub.close().then(() => {
    closed = true;
  });
  await turn();
  expect([fast.stream.closeReason, fast.stream.state, slow.stream.state, closed]).toEqual([
    "shutdown",
    "closed",
    "closing",
    false,
  ]);
  slow.sink.room = Number.POSITIVE_INFINITY;
  slow.sink.read();
  await closing;
  expect(slow.sink.received.slice(1)).toEqual([
    { data: "x", id: expect.any(String) },
    { retry: expect.any(Number) },
    { event: "reconnect", data: '{"reason":"shutdown"}', id: expect.any(String) },
  ]);
  expect(station.told.closed.map(({ reason, clean }) => [reason, clean])).toEqual([
    ["shutdown", true],
    ["shutdown", true],
  ]);
});

test("closing cuts after closeTimeout those who take nothing", async () => {
  const station = new Station({ closeTimeout: 20 });
  const { sink, stream } = await station.subscribe("a", { room: 1 });
  stream.send({ data: "x" });
  await station.hub.close();
  expect([sink.cut, station.hub.streams.size]).toEqual([true, 0]);
});

test("close is idempotent, and ends at once without streams", async () => {
  const { hub, told } = new Station();
  await Promise.all([hub.close(), hub.close()]);
  await hub.close();
  // It drained once: its only report.
  expect(told.drains).toEqual([{ open: 0, ended: 0, cut: 0 }]);
});

test("a closed hub: its verbs throw, a new stream is refused through the exchange, old ones do nothing", async () => {
  const station = new Station();
  const { stream } = await station.subscribe("a");
  await station.hub.close();
  expect(() => station.hub.publish("a", { data: "x" })).toThrow(
    expect.objectContaining({ code: "HUB_CLOSED" }),
  );
  for (const verb of ["finish", "produce"] as const) {
    expect(() => station.hub[verb]("a", [])).toThrow(expect.objectContaining({ code: "HUB_CLOSED" }));
  }
  const verbs: ((late: typeof stream) => unknown)[] = [
    (late) => expect(late.send({ data: "x" })).toBe(false),
    (late) => expect(late.comment("x")).toBe(false),
    (late) => late.subscribe("a"),
    (late) => late.pipe([]),
  ];
  for (const verb of verbs) {
    const late = station.come();
    await verb(late.stream);
    // The framework's to answer: no verb throws what is nobody's fault.
    expect(late.exchange.failed).toMatchObject({
      code: "HUB_CLOSED",
      status: 503,
      headers: { "retry-after": "5" },
    });
    expect([late.exchange.head, late.stream.state]).toEqual([undefined, "closed"]);
  }
  expect(stream.send({ data: "x" })).toBe(false);
});

test("it closes the log that it made, and not one that was given to it", async () => {
  const log = new MemoryLog();
  const hub = new Hub<object>({ log });
  await hub.publish("a", { data: "x" });
  await hub.close();
  await log.append("a", new Uint8Array());
});

test("closed while a stream opens", async () => {
  const station = new Station({ log: new SlowLog({}, [3]) });
  const { stream, exchange } = station.come();
  const opened = stream.subscribe("a");
  const closing = station.hub.close();
  await opened;
  await closing;
  await until(() => station.hub.streams.size === 0);
  expect(exchange.opened === undefined || exchange.opened.ended).toBe(true);
});

test("a hub whose log was away from the start comes up by itself, once somebody asks", async () => {
  const log = new SlowLog();
  log.away = true;
  const station = new Station({ log });
  await expect(station.cursor()).rejects.toMatchObject({ code: "LOG_FAILED" });
  log.away = false;
  expect(await station.cursor()).toMatch(/\.0$/);
});

test.each<[HubOptions]>([
  [{ heartbeat: 0 }],
  [{ heartbeat: -1 }],
  [{ heartbeat: 1.5 }],
  [{ heartbeat: 2 ** 31 }],
  [{ heartbeat: true as never }],
  [{ stallTimeout: Number.NaN }],
  [{ stallTimeout: "5" as never }],
  [{ closeTimeout: false as never }],
  [{ maxEventBytes: 0 }],
  [{ maxEventBytes: Number.POSITIVE_INFINITY }],
  [{ outboxBytes: -5 }],
  [{ whenFull: "wait" as never }],
  [{ serialize: "json" as never }],
  [{ history: { events: -1 } }],
  [{ heartBeat: 5 } as never],
])("bad options are refused: %j", (options) => {
  expect(() => new Hub(options)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
});
