import assert from "node:assert/strict";
import type { Check } from "../check.ts";

/** Readers of several topics, and what is sent to one reader in between. */
export const topics: readonly Check[] = [
  {
    id: "TOPIC-01",
    level: "MUST",
    promise: "A reader of several topics gets them in the order of the log, within one turn too.",
    async run(app) {
      const [a, b, c] = [app.name("a"), app.name("b"), app.name("c")];
      const both = await app.subscribed(`/topics?topic=${a}&topic=${c}`);
      const one = await app.subscribed(`/topics?topic=${a}`);
      const all = await app.subscribed(`/topics?topic=${c}&topic=${b}&topic=${a}`);
      const cursors = await app.publishAll(
        [a, { data: "A1" }],
        [c, { data: "C2" }],
        [a, { data: "A3" }],
        [b, { data: "B4" }],
        [c, { data: "C5" }],
      );
      assert.deepEqual(await both.data(4), ["A1", "C2", "A3", "C5"]);
      assert.deepEqual(await one.data(2), ["A1", "A3"]);
      assert.deepEqual(await all.data(5), ["A1", "C2", "A3", "B4", "C5"]);
      assert.deepEqual(
        all.own.map(({ id }) => id),
        cursors,
      );
    },
  },
  {
    id: "TOPIC-02",
    level: "MUST",
    promise: "Resume brings several topics in the order of the log, from any event of any of them.",
    async run(app) {
      const [a, b] = [app.name("a"), app.name("b")];
      const order = [a, b, b, a, b, a];
      const cursors = await app.publishAll(...order.map((topic, at) => [topic, { data: at }] as const));
      for (const [at, cursor] of cursors.entries()) {
        const reader = await app.open(`/topics?topic=${a}&topic=${b}`, {
          headers: { "last-event-id": cursor },
        });
        const rest = order.slice(at + 1).map((_, more) => String(at + 1 + more));
        assert.deepEqual(await reader.data(rest.length), rest);
      }
    },
  },
  {
    id: "TOPIC-03",
    level: "MUST",
    promise: "A topic that is named twice is one topic, and nothing comes twice.",
    async run(app) {
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}&topic=${topic}`);
      await app.publish(topic, { data: 1 }, { data: 2 });
      assert.deepEqual(await reader.data(2), ["1", "2"]);
    },
  },
  {
    id: "TOPIC-04",
    level: "MUST",
    promise: "A reader gets nothing of a topic that is not its own.",
    async run(app) {
      const [mine, other] = [app.name(), app.name()];
      const reader = await app.subscribed(`/topics?topic=${mine}`);
      await app.publishAll([other, { data: "no" }], [mine, { data: "yes" }], [other, { data: "no" }]);
      await app.publish(mine, { data: "end" });
      assert.deepEqual(await reader.data(2), ["yes", "end"]);
    },
  },
  {
    id: "TOPIC-05",
    level: "MUST",
    promise: "A cursor got on one topic is good for another of the same log, and shows nothing of the first.",
    async run(app) {
      const [mine, other] = [app.name(), app.name()];
      const [cursor = ""] = await app.publishAll(
        [other, { data: "secret" }],
        [mine, { data: "mine" }],
        [other, { data: "secret" }],
      );
      const reader = await app.open(`/topics?topic=${mine}`, { headers: { "last-event-id": cursor } });
      assert.deepEqual(await reader.data(1), ["mine"]);
      assert.ok(!reader.text.includes("secret"));
    },
  },
  {
    id: "TOPIC-06",
    level: "MUST",
    promise: "Twenty readers of one topic get the same bytes.",
    async run(app) {
      const topic = app.name();
      const readers = await Promise.all(
        Array.from({ length: 20 }, () => app.subscribed(`/topics?topic=${topic}`)),
      );
      await app.publish(topic, ...Array.from({ length: 50 }, (_, data) => ({ event: "tick", data })));
      for (const reader of readers) await reader.data(50);
      assert.equal(new Set(readers.map(({ text }) => text)).size, 1);
    },
  },
  {
    id: "PRIVATE-01",
    level: "MUST",
    promise:
      "A private event carries the position of the last topic event before it, so resume loses nothing.",
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const reader = await app.subscribed(`/topics?topic=${topic}&name=${name}`);
      const start = reader.lastId;
      await app.sendTo(name, { event: "private", data: 1 });
      await reader.data(1);
      const [cursor] = await app.publish(topic, { data: 2 });
      await reader.data(2);
      await app.sendTo(name, { event: "private", data: 3 });
      await reader.data(3);
      assert.deepEqual(
        reader.own.map(({ event, id }) => [event, id]),
        [
          ["private", start],
          ["message", cursor],
          ["private", cursor],
        ],
      );
    },
  },
  {
    id: "PRIVATE-02",
    level: "MUST",
    promise: "A private event reaches its one reader and is not replayed.",
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const mine = await app.subscribed(`/topics?topic=${topic}&name=${name}`);
      const other = await app.subscribed(`/topics?topic=${topic}`);
      const start = mine.lastId ?? "";
      await app.sendTo(name, { data: "private" });
      await app.publish(topic, { data: "public" });
      assert.deepEqual(await mine.data(2), ["private", "public"]);
      assert.deepEqual(await other.data(1), ["public"]);
      const back = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": start } });
      assert.deepEqual(await back.data(1), ["public"]);
    },
  },
  {
    id: "PRIVATE-03",
    level: "MUST",
    promise: "What is sent while the stream opens waits behind the checkpoint.",
    async run(app) {
      const events = encodeURIComponent('[{"data":"early"}]');
      const reader = await app.open(`/topics-then-send?topic=${app.name()}&events=${events}`);
      const checkpoint = await reader.next();
      assert.deepEqual(await reader.next(), { event: "message", data: "early", id: checkpoint.id });
      assert.equal(checkpoint.event, "checkpoint");
    },
  },
  {
    id: "PRIVATE-04",
    level: "MUST",
    promise: "A stream that has sent may subscribe afterwards, unless it has sent ids of its own.",
    async run(app) {
      const topic = app.name();
      const events = encodeURIComponent('[{"data":"hello"}]');
      const reader = await app.open(`/send-then-topics?topic=${topic}&events=${events}`);
      await reader.find(({ event }) => event === "checkpoint", "a checkpoint");
      await app.publish(topic, { data: "live" });
      assert.deepEqual(await reader.data(2), ["hello", "live"]);
      const name = app.name();
      const refused = await app.open(`/subscribe-after-id?topic=${topic}&name=${name}`);
      await refused.ended();
      assert.ok(!refused.text.includes("checkpoint"));
    },
  },
];
