import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { Watch } from "../client/within.ts";

/** Topics that come to an end. */
export const finish: readonly Check[] = [
  {
    id: "FINISH-01",
    level: "MUST",
    promise: "Readers of a finished topic get the rest, an event `finish` and a clean end; then 204.",
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const path = `/topics?topic=${topic}&name=${name}`;
      const reader = await app.subscribed(path);
      await app.publish(topic, { data: "a" }, { data: "b" });
      await app.finish(topic);
      assert.equal(await reader.ended(), "clean");
      const shown = reader.events.map(({ event, data }) => [event, data]).slice(1);
      assert.deepEqual(shown, [
        ["message", "a"],
        ["message", "b"],
        ["finish", topic],
      ]);
      const { reason, clean } = await app.told("close", name);
      assert.deepEqual({ reason, clean }, { reason: "finished", clean: true });
      const again = await app.ask(path, { headers: { "last-event-id": reader.lastId ?? "" } });
      assert.deepEqual([again.status, again.text], [204, ""]);
    },
  },
  {
    id: "FINISH-02",
    level: "MUST",
    promise: "Who comes late reads a finished topic from its start, or from its cursor, and the end.",
    async run(app) {
      const topic = app.name();
      const [, second] = await app.publish(topic, { data: "a" }, { data: "b" }, { data: "c" });
      await app.finish(topic);
      await app.settled();
      const late = await app.open(`/topics?topic=${topic}`);
      assert.equal(await late.ended(), "clean");
      assert.deepEqual(await late.data(3), ["a", "b", "c"]);
      const back = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": second ?? "" } });
      assert.equal(await back.ended(), "clean");
      assert.deepEqual(await back.data(1), ["c"]);
      for (const reader of [late, back]) assert.equal(reader.events.at(-1)?.event, "finish");
    },
  },
  {
    id: "FINISH-03",
    level: "MUST",
    promise: "A stream of several topics ends when all of them are finished.",
    async run(app) {
      const [one, two] = [app.name(), app.name()];
      const reader = await app.subscribed(`/topics?topic=${one}&topic=${two}`);
      await app.finish(one);
      await app.publish(two, { data: "after" });
      assert.deepEqual(await reader.data(1), ["after"]);
      await app.finish(two);
      assert.equal(await reader.ended(), "clean");
      assert.deepEqual(
        reader.events.filter(({ event }) => event === "finish").map(({ data }) => data),
        [one, two],
      );
    },
  },
  {
    id: "FINISH-04",
    level: "MUST",
    promise: "Nothing can be published to a finished topic, nor can it be finished twice: TOPIC_FINISHED.",
    async run(app) {
      const topic = app.name();
      await app.finish(topic);
      for (const path of [`/publish/${topic}`, `/finish/${topic}`]) {
        const reply = await app.ask(path, { method: "POST", body: '{"data":1}' });
        assert.deepEqual(JSON.parse(reply.text), { code: "TOPIC_FINISHED" }, path);
      }
    },
  },
  {
    id: "FINISH-05",
    level: "MUST",
    promise: "A reader that lags gets everything before the end, however late it reads.",
    options: { hub: { history: { bytes: 64 * 1024 * 1024 } } },
    async run(app) {
      const topic = app.name();
      const lagging = await app.subscribed(`/topics?topic=${topic}`);
      const healthy = await app.subscribed(`/topics?topic=${topic}`);
      lagging.pause();
      for (let at = 0; at < 20; at++) await app.publish(topic, { data: `${at}:${"x".repeat(500_000)}` });
      await app.finish(topic);
      assert.equal(await healthy.ended(), "clean");
      lagging.resume();
      assert.equal(await lagging.ended(), "clean");
      assert.deepEqual(
        (await lagging.data(20)).map((data) => Number(data.split(":", 1)[0])),
        Array.from({ length: 20 }, (_, at) => at),
      );
      assert.equal(lagging.events.at(-1)?.event, "finish");
    },
  },
  {
    id: "FINISH-06",
    level: "MUST",
    promise: "An EventSource that has had the end of its topic comes back once, and gives up.",
    async run(app) {
      const topic = app.name();
      await app.publish(topic, { data: "a", retry: 1 }, { data: "b" });
      await app.finish(topic);
      await app.settled();
      const watch = new Watch();
      const got: string[] = [];
      const source = app.eventSource(`/topics?topic=${topic}`);
      source.onmessage = ({ data }: { data: string }) => got.push(data);
      source.addEventListener("error", () => watch.changed());
      try {
        await watch.until(
          () => (source.readyState === source.CLOSED ? true : undefined),
          () => "that it gives up",
        );
        assert.deepEqual(got, ["a", "b"]);
      } finally {
        source.close();
      }
    },
  },
];
