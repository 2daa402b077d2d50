import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { MemoryLog } from "../src/memory-log.ts";
import { lastIdOf } from "./support/received.ts";
import { type Line, Station, useClock, words } from "./support/station.ts";
import { Tap } from "./support/tap.ts";
import { turn, until } from "./support/turn.ts";

beforeEach(useClock);

afterEach(() => {
  vi.useRealTimers();
});

/** Time goes by, in the steps of a drain. */
async function pass(milliseconds: number, step: () => void = () => {}): Promise<void> {
  for (let gone = 0; gone < milliseconds; gone += 50) {
    vi.advanceTimersByTime(50);
    await turn();
    step();
  }
}

async function crowd(station: Station, count: number): Promise<Line[]> {
  return Promise.all(Array.from({ length: count }, () => station.subscribe("a")));
}

test.each([
  [100, 10_000],
  [1_000, 10_000],
  [500, 1_000],
])("%d subscribed readers are sent away in small batches spread over %d ms", async (count, within) => {
  const station = new Station();
  const lines = await crowd(station, count);
  const left: number[] = [];
  const drained = station.hub.drain({ within });
  await pass(within, () => left.push(station.hub.streams.size));
  const report = await drained;
  expect(report).toMatchObject({ ended: count, cut: 0 });
  expect(report.took).toBeLessThanOrEqual(within);
  // No batch is larger than the mean of four fifths of the time, rounded up; the rest is for last bytes.
  const most = Math.ceil(count / Math.floor((within * 0.8) / 50));
  for (const [i, size] of left.entries()) expect((left[i - 1] ?? count) - size).toBeLessThanOrEqual(2 * most);
  expect(left.indexOf(0) * 50).toBeLessThanOrEqual(within * 0.85);
  expect(new Set(lines.map(({ stream }) => stream.closeReason))).toEqual(new Set(["shutdown"]));
});

test("not in the order in which they came", async () => {
  const station = new Station();
  const lines = await crowd(station, 200);
  const order: number[] = [];
  for (const [i, { sink }] of lines.entries()) {
    const { owner } = sink;
    sink.owner = {
      onclose: (clean) => {
        order.push(i);
        owner?.onclose(clean);
      },
      onhandover: (other) => owner?.onhandover(other),
    };
  }
  const drained = station.hub.drain({ within: 1_000 });
  await pass(1_000);
  await drained;
  expect(order).toHaveLength(200);
  expect(order).not.toEqual([...order].sort((a, b) => a - b));
});

test("each is told when to come back, another time each, and goes on elsewhere without loss", async () => {
  const log = new MemoryLog();
  const [here, there] = [new Station({ log, retry: [1_000, 9_000] }), new Station({ log })];
  const lines = await crowd(here, 20);
  await here.publish("a1");
  const drained = here.hub.drain({ within: 1_000 });
  await there.cursor();
  await there.publish("a2");
  await pass(1_000);
  await drained;
  const retries = new Set<number>();
  for (const { sink } of lines) {
    const { retry } = sink.received.find((event) => event.retry !== undefined) ?? {};
    retries.add(retry ?? 0);
    expect(sink.received.at(-1)).toMatchObject({ event: "reconnect", data: '{"reason":"shutdown"}' });
    const back = await there.subscribe("a", { lastEventId: lastIdOf(sink.received) });
    expect(`${words(sink)} ${words(back.sink)}`.trim()).toBe("a1 a2");
  }
  expect(retries.size).toBeGreaterThan(10);
  expect(Math.min(...retries)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...retries)).toBeLessThanOrEqual(9_000);
});

test("streams of send and pipe run on to their own end or the deadline; subscribed ones go first", async () => {
  const station = new Station();
  const [subscribed] = await crowd(station, 1);
  const sent = station.come();
  sent.stream.send({ data: "1" });
  const taps = [new Tap(), new Tap()] as const;
  const [ending, endless] = [station.come(), station.come()];
  const piped = [ending.stream.pipe(taps[0]), endless.stream.pipe(taps[1])];
  const drained = station.hub.drain({ within: 10_000 });
  await pass(1_000);
  expect(subscribed?.stream.state).toBe("closed");
  expect(sent.stream.send({ data: "2" })).toBe(true);
  taps[0].give("answer");
  taps[0].end();
  await pass(8_900);
  expect([ending, endless, sent].map(({ stream }) => stream.closeReason)).toEqual([
    "ended",
    undefined,
    undefined,
  ]);
  expect(ending.sink.received.map(({ data }) => data)).toEqual(["answer", ""]);
  await pass(200);
  expect(await drained).toMatchObject({ ended: 4, cut: 0 });
  await Promise.all(piped);
  expect([endless, sent].map(({ stream }) => stream.closeReason)).toEqual(["shutdown", "shutdown"]);
  expect(sent.sink.received).toEqual([
    { data: "1" },
    { data: "2" },
    { retry: expect.any(Number) },
    { event: "reconnect", data: '{"reason":"shutdown"}' },
  ]);
  expect(taps[1].cancelled).toBe(true);
});

test("it is over as soon as all have ended, and without streams at once", async () => {
  expect(await new Station().hub.drain()).toEqual({ ended: 0, cut: 0, took: 0 });
  const station = new Station();
  const { stream } = station.come();
  stream.send({ data: "x" });
  const drained = station.hub.drain({ within: 3_600_000 });
  await pass(500);
  stream.close();
  await pass(100);
  expect(await drained).toMatchObject({ ended: 1, cut: 0, took: 550 });
});

test("those who take nothing are cut after closeTimeout, and counted so", async () => {
  const station = new Station({ closeTimeout: 2_000, stallTimeout: false });
  const stuck = await station.subscribe("a", { room: 1 });
  const slow = await station.subscribe("a", { room: 1 });
  await crowd(station, 3);
  let over = false;
  const drained = station.hub.drain({ within: 1_000 }).finally(() => {
    over = true;
  });
  await pass(1_500);
  expect([over, station.hub.streams.size]).toEqual([false, 2]);
  slow.sink.room = Number.POSITIVE_INFINITY;
  slow.sink.read();
  await pass(2_500);
  expect(await drained).toMatchObject({ ended: 4, cut: 1 });
  expect([stuck.sink.cut, slow.sink.cut]).toEqual([true, false]);
});

test("meanwhile no new stream opens, and what is published still goes to those who are there", async () => {
  const station = new Station();
  const { stream, exchange } = station.come();
  stream.send({ data: "x" });
  await stream.subscribe("a");
  const piping = station.come();
  const tap = new Tap();
  void piping.stream.pipe(tap);
  const drained = station.hub.drain({ within: 5_000 });
  const late = await station.subscribe("a");
  expect(late.exchange.failed).toMatchObject({ code: "HUB_CLOSED", status: 503 });
  expect(exchange.sink.received.at(-1)).toMatchObject({ event: "reconnect" });
  await station.hub.publish("a", { data: "a1" });
  tap.end();
  await pass(100);
  await drained;
  expect(() => station.hub.publish("a", { data: "a2" })).toThrow(
    expect.objectContaining({ code: "HUB_CLOSED" }),
  );
});

test("asked again it is the same drain, with the same report", async () => {
  const station = new Station();
  await crowd(station, 10);
  const first = station.hub.drain({ within: 1_000 });
  const second = station.hub.drain({ within: 60_000 });
  await pass(1_000);
  expect(await second).toBe(await first);
  expect(await station.hub.drain()).toBe(await first);
});

test.each<[string, (station: Station, controller: AbortController) => unknown]>([
  ["its signal", (_, controller) => controller.abort()],
  ["close", ({ hub }) => hub.close()],
  ["a drain within no time", ({ hub }) => hub.drain({ within: 0 })],
])("%s ends the waiting early", async (_name, hurry) => {
  const station = new Station();
  await crowd(station, 50);
  const { stream } = station.come();
  stream.send({ data: "x" });
  const controller = new AbortController();
  const drained = station.hub.drain({ within: 60_000, signal: controller.signal });
  await pass(500);
  expect(station.hub.streams.size).toBeGreaterThan(30);
  await hurry(station, controller);
  expect(await drained).toMatchObject({ ended: 51, cut: 0, took: 500 });
  expect(stream.closeReason).toBe("shutdown");
  expect(vi.getTimerCount()).toBe(0);
});

test("a signal that is aborted already: all at once", async () => {
  const station = new Station();
  await crowd(station, 10);
  expect(await station.hub.drain({ signal: AbortSignal.abort() })).toMatchObject({ ended: 10, took: 0 });
});

test("the signal is not listened to for longer", async () => {
  const { signal } = new AbortController();
  const [add, remove] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
  await new Station().hub.drain({ signal });
  expect([add.mock.calls.length, remove.mock.calls.length]).toEqual([1, 1]);
  expect(remove.mock.calls[0]?.[1]).toBe(add.mock.calls[0]?.[1]);
});

test("the observer hears of each batch, from the first to none", async () => {
  const station = new Station();
  await crowd(station, 40);
  const drained = station.hub.drain({ within: 500 });
  await pass(500);
  const { ended, cut } = await drained;
  const { drains } = station.told;
  expect(drains.length).toBeGreaterThan(5);
  expect(drains.at(-1)).toEqual({ open: 0, ended, cut });
  for (const [i, { open, ended }] of drains.entries()) {
    expect(open + ended).toBe(40);
    expect(open).toBeLessThanOrEqual(drains[i - 1]?.open ?? 40);
  }
});

test("an observer that throws, and one that closes the hub inside, disturb no drain", async () => {
  const warning = vi.spyOn(process, "emitWarning").mockReturnValue();
  const station: Station = new Station({
    observer: {
      drain: () => {
        void station.hub.close();
        throw new Error("mine");
      },
    },
  });
  const lines = await crowd(station, 20);
  expect(await station.hub.drain({ within: 60_000 })).toMatchObject({ ended: 20 });
  await until(() => lines.every(({ stream }) => stream.state === "closed"));
  expect(warning).toHaveBeenCalled();
  warning.mockRestore();
});

test("readers that leave by themselves meanwhile hold nothing up", async () => {
  const station = new Station();
  const lines = await crowd(station, 30);
  const { stream, exchange } = station.come();
  stream.send({ data: "x" });
  const drained = station.hub.drain({ within: 60_000 });
  await pass(100);
  for (const { sink } of lines) sink.leave();
  exchange.sink.leave();
  await pass(2_000);
  const { ended, cut } = await drained;
  expect(ended + cut).toBe(31);
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, -1, "5", null])("within: %s is a bad option", (within) => {
  const { hub } = new Station();
  expect(() => hub.drain({ within: within as number })).toThrow(
    expect.objectContaining({ code: "BAD_OPTION" }),
  );
  expect(hub.stream).toBeDefined();
});
