import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import type { App } from "../client/app.ts";

async function runs(app: App, topic: string): Promise<number> {
  const { happenings } = await app.happenings();
  return happenings.filter(({ kind, name }) => kind === "run" && name === topic).length;
}

/** Sources that fill a topic of their own, whoever reads it. */
export const produce: readonly Check[] = [
  {
    id: "PRODUCE-01",
    level: "MUST",
    promise: "A source runs on when its reader leaves; the reader comes back to what it missed, and the end.",
    async run(app) {
      const topic = app.name();
      const name = app.name();
      const path = `/produced?topic=${topic}&from=start`;
      const first = await app.open(`${path}&name=${name}`);
      await app.feed(topic, [{ data: "a" }, { data: "b" }]);
      await first.data(2);
      first.leave();
      await app.told("close", name);
      await app.feed(topic, [{ data: "c" }]);
      const back = await app.open(path, { headers: { "last-event-id": first.lastId ?? "" } });
      assert.deepEqual(await back.data(1), ["c"]);
      await app.feed(topic, [{ data: "d" }], "end");
      assert.equal(await back.ended(), "clean");
      assert.deepEqual(await back.data(2), ["c", "d"]);
      assert.equal(back.events.at(-1)?.event, "finish");
      assert.equal(await runs(app, topic), 1);
    },
  },
  {
    id: "PRODUCE-02",
    level: "MUST",
    promise: "Readers that come together share one run; who comes after its end gets all of it, and the end.",
    async run(app) {
      const topic = app.name();
      const path = `/produced?topic=${topic}&from=start`;
      const readers = await Promise.all([app.open(path), app.open(path), app.open(path)]);
      await app.feed(topic, [{ data: "a" }, { data: "b" }], "end");
      for (const reader of readers) assert.equal(await reader.ended(), "clean");
      readers.push(await app.open(path));
      for (const reader of readers) {
        assert.equal(await reader.ended(), "clean");
        assert.deepEqual(await reader.data(2), ["a", "b"]);
        assert.equal(reader.events.at(-1)?.event, "finish");
      }
      const done = await app.ask(path, { headers: { "last-event-id": readers[0]?.lastId ?? "" } });
      assert.equal(done.status, 204);
      assert.equal(await runs(app, topic), 1);
    },
  },
  {
    id: "PRODUCE-03",
    level: "MUST",
    promise: "A source that fails ends its topic by an event `failed`; its text never reaches the wire.",
    async run(app) {
      const topic = app.name();
      const reader = await app.open(`/produced?topic=${topic}&from=start`);
      await app.feed(topic, [{ data: "a" }], "fail");
      assert.equal(await reader.ended(), "clean");
      assert.deepEqual(
        reader.events.slice(-3).map(({ event, data }) => [event, data]),
        [
          ["message", "a"],
          ["failed", ""],
          ["finish", topic],
        ],
      );
      assert.ok(!reader.text.includes("SECRET"));
      const { happenings } = await app.happenings();
      const error = happenings.find(({ kind }) => kind === "error");
      assert.deepEqual(
        [error?.["code"], error?.["cause"]],
        ["APPLICATION_FAILED", "SECRET of the application"],
      );
      const late = await app.open(`/produced?topic=${topic}&from=start`);
      await late.ended();
      assert.deepEqual(
        late.own.map(({ event }) => event),
        ["message", "failed"],
      );
    },
  },
  {
    id: "PRODUCE-04",
    level: "MUST",
    promise:
      "With `grace`, a source that nobody reads for so long is cancelled, and its topic says `failed`.",
    options: { hub: { heartbeat: 40 } },
    async run(app) {
      const topic = app.name();
      const path = `/produced?topic=${topic}&from=start&grace=60`;
      const reader = await app.open(path);
      await app.feed(topic, [{ data: "a" }]);
      await reader.data(1);
      reader.leave();
      assert.equal((await app.told("source", topic))["how"], "aborted");
      const late = await app.open(path);
      await late.ended();
      assert.deepEqual(
        late.own.map(({ event }) => event),
        ["message", "failed"],
      );
      assert.equal(await runs(app, topic), 1);
    },
  },
];
