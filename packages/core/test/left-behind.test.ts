import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { HubOptions } from "../src/options.ts";
import { SlowLog } from "./support/slow-log.ts";
import { type Line, Station, useClock } from "./support/station.ts";
import { Tap } from "./support/tap.ts";
import { turn, until } from "./support/turn.ts";

beforeEach(useClock);

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const TIMES = 1_000;

/** A hub, and how much is in each of the maps and sets that it made for itself. */
async function watched(options: HubOptions): Promise<{ station: Station; held: () => number[] }> {
  const made: { readonly size: number }[] = [];
  vi.stubGlobal(
    "Map",
    class<Key, Value> extends Map<Key, Value> {
      constructor(entries?: Iterable<readonly [Key, Value]> | null) {
        super(entries);
        made.push(this);
      }
    },
  );
  vi.stubGlobal(
    "Set",
    class<Value> extends Set<Value> {
      constructor(values?: Iterable<Value> | null) {
        super(values);
        made.push(this);
      }
    },
  );
  const station = new Station(options);
  await station.cursor();
  vi.unstubAllGlobals();
  // Connections, clients, names of warnings, audiences, sleepers, pages, ends, and more.
  expect(made.length).toBeGreaterThan(8);
  return { station, held: () => made.map(({ size }) => size) };
}

/** As many turns as a message to the log and back takes, and more. */
async function quiet(): Promise<void> {
  for (let i = 0; i < 20; i++) await turn();
}

/** What a reader may do, until it is gone. */
const lives: readonly ((line: Line, signal: AbortSignal) => unknown)[] = [
  ({ stream, exchange }) => [stream.comment("x"), exchange.opened?.leave()],
  ({ stream, exchange }) => [stream.send({ data: "x" }), stream.close(), exchange.opened?.leave()],
  async ({ stream, exchange }) => [await stream.subscribe("a"), exchange.opened?.leave()],
  async ({ stream, exchange }) => {
    await stream.subscribe(["a", "b"], { from: "start" });
    exchange.opened?.leave();
  },
  ({ stream }) => [stream.subscribe(["a", "b"], { from: "start" }), stream.close()],
  ({ stream }) => [stream.subscribe("a"), stream.until(0)],
  ({ stream, exchange }) => [stream.pipe(new Tap()), stream.signal, exchange.opened?.leave()],
  ({ stream }) => stream.pipe([{ data: "x" }]),
  ({ stream, exchange }, signal) => {
    stream.send({ data: "x" });
    stream.send({ data: "y" });
    stream.ready({ signal }).catch(() => {});
    exchange.opened?.leave();
  },
  ({ stream, exchange }) => {
    exchange.headSent = true;
    return stream.subscribe("a");
  },
  ({ stream }) => [stream.comment("x"), stream.fail(new Error("mine"))],
  ({ stream }) => stream.subscribe(["a", "b", "c"]),
];

test.each<[string, () => HubOptions]>([
  ["a log at hand", () => ({ history: { events: 10 } })],
  ["a log that is far away", () => ({ log: new SlowLog({ events: 10 }, [0, 2, 1]) })],
])("%s: after a thousand opens and leaves of all kinds nothing is left of them", async (_name, options) => {
  const { station, held } = await watched({
    ...options(),
    limits: { streamsPerClient: 50, opensPerMinute: 1_000, topicsPerStream: 2 },
    maxAge: 600_000,
    idleTimeout: 60_000,
  });
  const { signal } = new AbortController();
  const [add, remove] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
  await station.publish("a1 b2");
  await quiet();
  const before = held();
  for (let i = 0; i < TIMES; i++) {
    const live = lives[i % lives.length];
    const room = i % 5 === 0 ? 1 : Number.POSITIVE_INFINITY;
    void live?.(station.come({ address: `client ${i}`, room }), signal);
    if (i % 20 === 0) await station.publish("a1 b2");
    if (i % 100 === 0) vi.advanceTimersByTime(1_000);
  }
  // Who waits for a reader that takes nothing is cut in the end.
  await until(() => {
    vi.advanceTimersByTime(1_000);
    return station.hub.streams.size === 0;
  });
  // Clients are forgotten when the next one comes.
  vi.advanceTimersByTime(61_000);
  const last = station.come({ address: "the last" });
  last.stream.comment("x");
  last.sink.leave();
  // The window lets go of what readers shared.
  await station.publish("a1");
  await quiet();
  const one = held().map((size, i) => size - (before[i] ?? 0));
  expect(one.filter((more) => more !== 0)).toEqual([1]);
  expect(vi.getTimerCount()).toBe(0);
  expect(add.mock.calls.length).toBeGreaterThan(10);
  expect(remove.mock.calls.length).toBe(add.mock.calls.length);
  const { opened, closed } = station.told;
  expect(opened.length).toBeGreaterThan(700);
  expect(closed.map(({ id }) => id).sort()).toEqual(opened.map(({ id }) => id).sort());
  await station.hub.close();
});

test("nor of sources that have filled their topics, beyond that these are finished", async () => {
  const { station, held } = await watched({ history: { events: 10, maxTopics: 5 } });
  await station.hub.produce("first", [{ data: "x" }]);
  const before = held();
  for (let i = 0; i < 100; i++) await station.hub.produce(`topic ${i}`, [{ data: "x" }], { grace: 1_000 });
  const more = held().map((size, i) => size - (before[i] ?? 0));
  // The hub remembers as many ends as it may; the log's memory is bounded by its own options.
  expect(more.filter((size) => size > 10)).toEqual([100]);
  expect(vi.getTimerCount()).toBe(0);
});
