import assert from "node:assert/strict";
import type { Check } from "../check.ts";

/** Events that stand for a state: the newest of a key replaces the older ones, for readers that lag. */
export const keys: readonly Check[] = [
  {
    id: "KEY-01",
    level: "SHOULD",
    promise: "A reader that comes back gets only the newest event of a key, and all without one, in order.",
    async run(app) {
      const topic = app.name();
      const [start = ""] = await app.publish(topic, { data: "start" });
      await app.publishAll(
        [topic, { data: "a1" }, "a"],
        [topic, { data: "plain1" }],
        [topic, { data: "b1" }, "b"],
        [topic, { data: "a2" }, "a"],
        [topic, { data: "plain2" }],
        [topic, { data: "a3" }, "a"],
      );
      await app.settled();
      const reader = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": start } });
      await reader.find(({ data }) => data === "a3", "a3");
      assert.deepEqual(await reader.data(4), ["plain1", "b1", "plain2", "a3"]);
    },
  },
  {
    id: "KEY-02",
    level: "MUST",
    promise: "A live reader gets every event of a key, also those of one turn.",
    async run(app) {
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      const data = Array.from({ length: 50 }, (_, at) => `${at}`);
      await app.publishAll(...data.map((one) => [topic, { data: one }, "same"] as const));
      assert.deepEqual(await reader.data(data.length), data);
    },
  },
  {
    id: "KEY-03",
    level: "SHOULD",
    promise: "A reader that lags skips what a newer event of its key replaces, and ends at the newest.",
    options: { hub: { history: { bytes: 256 * 1024 * 1024 } } },
    async run(app) {
      const topic = app.name();
      const lagging = await app.subscribed(`/topics?topic=${topic}`);
      const healthy = await app.subscribed(`/topics?topic=${topic}`);
      lagging.pause();
      const total = 40;
      for (let at = 0; at < total; at++) {
        await app.publishAll([topic, { data: `${at}:${"x".repeat(500_000)}` }, "price"]);
        await healthy.data(at + 1);
      }
      lagging.resume();
      await lagging.find(({ data }) => data.startsWith(`${total - 1}:`), "the newest");
      const got = lagging.own.map(({ data }) => Number(data.split(":", 1)[0]));
      assert.ok(got.length < total, `${got.length} of ${total}: nothing was skipped`);
      assert.deepEqual(
        got,
        got.toSorted((a, b) => a - b),
      );
      assert.equal(healthy.own.length, total);
    },
  },
  {
    id: "KEY-04",
    level: "MUST",
    promise: "A key is its topic's own: the same key elsewhere replaces nothing.",
    async run(app) {
      const [one, two] = [app.name(), app.name()];
      const [start = ""] = await app.publish(one, { data: "start" });
      await app.publishAll([one, { data: "one" }, "k"], [two, { data: "two" }, "k"]);
      await app.settled();
      const path = `/topics?topic=${one}&topic=${two}`;
      const reader = await app.open(path, { headers: { "last-event-id": start } });
      assert.deepEqual(await reader.data(2), ["one", "two"]);
    },
  },
];
