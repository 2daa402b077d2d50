import { expect, test } from "vitest";
import type { Gap, OnGap } from "../src/gap.ts";
import { Station, words } from "./support/station.ts";
import { until } from "./support/turn.ts";

/** A hub that joins a log of which the first two of these are gone, so that its own window is empty. */
async function gappy(): Promise<{ station: Station; epoch: string }> {
  const first = new Station({ history: { events: 3 } });
  await first.publish("a1 a2 b3 a4 a5");
  const [epoch = ""] = (await first.cursor()).split(".");
  return { station: first, epoch };
}

test.each<[string, (epoch: string) => string, Gap["reason"]]>([
  ["of another epoch", () => "other.3", "epoch"],
  ["in the future", (epoch) => `${epoch}.6`, "future"],
  ["that is none", () => "earliest", "malformed"],
  ["with an offset that is none", (epoch) => `${epoch}.-1`, "malformed"],
  ["of 16 kB", () => "x".repeat(16_384), "malformed"],
  ["twice", (epoch) => `${epoch}.1, ${epoch}.1`, "malformed"],
  ["of a stream", () => "0-0", "malformed"],
])(
  "a cursor %s is a gap, not a refusal: the notice, a checkpoint, and the oldest kept",
  async (_name, make, reason) => {
    const { station, epoch } = await gappy();
    const lastEventId = make(epoch);
    const { sink } = await station.subscribe("a", { lastEventId });
    await until(() => words(sink) !== "");
    const [notice, checkpoint, ...events] = sink.received;
    const gap = { reason, asked: lastEventId.slice(0, 128), cursor: `${epoch}.3` };
    expect(JSON.parse(notice?.data ?? "")).toEqual(gap);
    expect(notice?.event).toBe("gap");
    expect(checkpoint).toEqual({ event: "checkpoint", data: "", id: gap.cursor });
    expect(events.map(({ data }) => data)).toEqual(["a4", "a5"]);
    expect(station.told.gaps).toEqual([gap]);
    expect(station.told.replays).toEqual([]);
  },
);

test("the notice brings back the id that was asked for, if it is one: a reader cut after it is told again", async () => {
  const { station } = await gappy();
  const known = await station.subscribe("a", { lastEventId: "other.3" });
  expect(known.sink.received[0]?.id).toBe("other.3");
  const bad = await station.subscribe("a", { lastEventId: "é x" });
  expect(bad.sink.received[0]?.id).toBeUndefined();
});

test("after a gap the stream is as live as any", async () => {
  const { station } = await gappy();
  const { sink } = await station.subscribe("a", { lastEventId: "other.3" });
  await station.publish("a6 b7 a8");
  expect(words(sink)).toBe("a4 a5 a6 a8");
});

async function onGap(answer: OnGap, topic = "a") {
  const { station, epoch } = await gappy();
  const line = station.come({ lastEventId: "other.3" });
  await line.stream.subscribe(topic, { onGap: answer });
  return { station, epoch, ...line, exchange: line.exchange };
}

test("onGap may give another cursor", async () => {
  const { station } = await gappy();
  const here = await station.cursor();
  const { stream, exchange } = station.come({ lastEventId: "other.3" });
  const asked: Gap[] = [];
  await stream.subscribe("a", {
    onGap: (gap) => {
      asked.push(gap);
      return here;
    },
  });
  await station.publish("a6");
  expect(words(exchange.sink)).toBe("a6");
  expect(asked).toMatchObject([{ reason: "epoch", asked: "other.3" }]);
  expect(station.told.gaps).toMatchObject([{ cursor: here }]);
  expect(exchange.sink.received[1]?.id).toBe(here);
});

test("a cursor of onGap that is a gap itself is told, and onGap not asked for ever", async () => {
  let asked = 0;
  const { exchange, station } = await onGap(() => {
    asked++;
    return "nowhere.7";
  });
  await until(() => words(exchange.sink) !== "");
  expect(exchange.sink.received.filter(({ event }) => event === "gap")).toHaveLength(2);
  expect([asked, words(exchange.sink), station.told.gaps.length]).toEqual([1, "a4 a5", 2]);
});

test("onGap may send a snapshot: it goes out behind the notice, before the checkpoint, with the id asked for", async () => {
  const { station } = await gappy();
  const { stream, exchange } = station.come({ lastEventId: "other.3" });
  await stream.subscribe("a", {
    onGap: async () => {
      const cursor = await station.hub.cursor();
      stream.send({ event: "snapshot", data: "all" });
      return cursor;
    },
  });
  await station.publish("a6");
  expect(exchange.sink.received.map(({ event, data, id }) => [event ?? data, id])).toEqual([
    ["gap", "other.3"],
    ["snapshot", "other.3"],
    ["checkpoint", (await station.cursor()).replace(/6$/, "5")],
    ["a6", await station.cursor()],
  ]);
});

test("onGap that throws ends the stream as an error; the text of it stays here", async () => {
  const { station, stream, exchange } = await onGap(() => {
    throw new Error("secret");
  });
  await until(() => stream.state === "closed");
  expect(stream.closeReason).toBe("error");
  expect(station.told.errors).toMatchObject([
    { error: { code: "APPLICATION_FAILED", cause: new Error("secret") } },
  ]);
  expect(exchange.sink.text).not.toContain("secret");
  expect(station.told.gaps).toEqual([]);
});

test.each(["now", "", "e", 5])("onGap that gives %j ends the stream: it is no cursor", async (answer) => {
  const { station, stream } = await onGap(() => answer as string);
  await until(() => stream.state === "closed");
  expect(station.told.errors).toMatchObject([{ error: { code: "BAD_OPTION" } }]);
});

test("onGap that closes the stream: nothing more is written", async () => {
  const { station } = await gappy();
  const { stream, exchange } = station.come({ lastEventId: "other.3" });
  await stream.subscribe("a", { onGap: () => stream.close() });
  await until(() => stream.state === "closed");
  expect([stream.closeReason, exchange.sink.received]).toEqual(["closed", []]);
});

test("the reader leaves while onGap thinks", async () => {
  const { station } = await gappy();
  const { stream, exchange } = station.come({ lastEventId: "other.3" });
  await stream.subscribe("a", { onGap: () => exchange.sink.leave() });
  expect([stream.closeReason, exchange.sink.received, station.told.errors]).toEqual(["left", [], []]);
});

test("a gap for one is none for the others", async () => {
  const { station } = await gappy();
  const good = await station.subscribe("a");
  await station.subscribe("a", { lastEventId: "other.3" });
  await station.publish("a6");
  expect(good.sink.received.map(({ event, data }) => event ?? data)).toEqual(["checkpoint", "a6"]);
});
