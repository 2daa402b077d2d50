import assert from "node:assert/strict";
import type { Check } from "../check.ts";

const NATIVE = { accept: "text/event-stream" };

/** How a hub is emptied for a deploy. */
export const drain: readonly Check[] = [
  {
    id: "DRAIN-01",
    level: "MUST",
    promise:
      "A drain sends subscribed readers away in batches: a jittered `retry`, `reconnect`, a clean end.",
    options: { hub: { retry: [100, 900_000] } },
    async run(app, fixture) {
      const topic = app.name();
      const readers = await Promise.all(
        Array.from({ length: 20 }, () => app.subscribed(`/topics?topic=${topic}`)),
      );
      await app.publish(topic, { data: "last" });
      for (const reader of readers) await reader.data(1);
      await app.drain(500);
      const retries = new Set<number>();
      for (const reader of readers) {
        assert.equal(await reader.ended(), "clean");
        assert.deepEqual(reader.events.at(-1)?.data, '{"reason":"shutdown"}');
        assert.equal(reader.lastId, reader.own.at(-1)?.id, "it comes back from its last event");
        const [retry = Number.NaN] = reader.retries;
        assert.ok(retry >= 100 && retry <= 900_000, `retry: ${retry}`);
        retries.add(retry);
      }
      assert.ok(retries.size > 10, "each is told another time");
      const { ended, cut, took } = await app.drained();
      assert.deepEqual({ ended, cut }, { ended: 20, cut: 0 });
      assert.ok(took < 4_000, `${took} ms`);
      const { happenings } = await app.happenings();
      const open = happenings.filter(({ kind }) => kind === "drain").map((told) => Number(told["open"]));
      assert.ok(new Set(open).size > 3, `not all at once: ${open.join()}`);
      assert.deepEqual(
        open,
        open.toSorted((a, b) => b - a),
      );
      await fixture.close();
    },
  },
  {
    id: "DRAIN-02",
    level: "MUST",
    promise:
      "While a hub drains, a `pipe` runs to its own end; publishing goes on; then `server.close()` finishes.",
    async run(app, fixture) {
      const [topic, feed, name] = [app.name(), app.name(), app.name()];
      const piped = await app.open(`/fed?feed=${feed}&name=${name}`);
      const subscribed = await app.subscribed(`/topics?topic=${topic}`);
      await app.feed(feed, [{ data: "before" }]);
      await piped.data(1);
      await app.drain(60_000);
      assert.equal(await subscribed.ended(), "clean");
      await app.publish(topic, { data: "for those who are elsewhere" });
      await app.feed(feed, [{ data: "after" }]);
      await piped.data(2);
      await app.feed(feed, [], "end");
      assert.equal(await piped.ended(), "clean");
      assert.deepEqual(
        piped.events.map(({ event, data }) => [event, data]),
        [
          ["message", "before"],
          ["message", "after"],
          ["end", ""],
        ],
      );
      assert.equal((await app.told("close", name))["reason"], "ended");
      const { ended, cut, took } = await app.drained();
      assert.deepEqual({ ended, cut }, { ended: 2, cut: 0 });
      assert.ok(took < 30_000, "it does not wait for a window that nobody needs");
      await fixture.close();
    },
  },
  {
    id: "DRAIN-03",
    level: "MUST",
    promise: "What has not ended within the window is ended at its end, and cut if its reader takes nothing.",
    options: { hub: { closeTimeout: 120 } },
    async run(app) {
      const [feed, stalled, name] = [app.name(), app.name(), app.name()];
      const piped = await app.open(`/fed?feed=${feed}&name=${name}`);
      await app.feed(feed, [{ data: "begun" }]);
      await piped.data(1);
      const stuck = await app.open(`/flood?rounds=1000000&patience=300&name=${stalled}`);
      stuck.pause();
      // The system takes a lot for a reader that does not read; now it takes no more.
      assert.equal((await app.told("ready", stalled))["outcome"], "TIMEOUT");
      await app.drain(100);
      assert.equal(await piped.ended(), "clean");
      assert.ok(!piped.text.includes("~end"));
      assert.equal((await app.told("close", name))["reason"], "shutdown");
      assert.equal((await app.told("source", feed))["how"], "aborted");
      const { ended, cut } = await app.drained();
      assert.deepEqual({ ended, cut }, { ended: 1, cut: 1 });
    },
  },
  {
    id: "DRAIN-04",
    level: "MUST",
    promise: "Who comes to a hub that drains, or is closed: a native reader is sent away, others get 503.",
    options: { hub: { retry: [100, 200] } },
    async run(app) {
      const feed = app.name();
      const last = await app.open(`/fed?feed=${feed}`);
      await app.feed(feed, [{ data: "begun" }]);
      await last.data(1);
      const refused = async () => {
        for (const path of ["/topics?topic=t", "/send?comment=open", "/fed?feed=other"]) {
          const native = await app.open(path, { headers: NATIVE });
          assert.equal(native.status, 200, path);
          assert.equal(await native.ended(), "clean", path);
          assert.deepEqual(
            native.events.map(({ event, data }) => [event, data]),
            [["reconnect", '{"reason":"refused"}']],
          );
          const [retry = Number.NaN] = native.retries;
          assert.ok(retry >= 100 && retry <= 200);
          const other = await app.ask(path);
          assert.deepEqual([other.status, other.headers["retry-after"]], [503, "1"], path);
          assert.deepEqual(JSON.parse(other.text), { code: "HUB_CLOSED" }, path);
        }
      };
      await app.drain(60_000);
      await refused();
      await app.feed(feed, [], "end");
      assert.equal(await last.ended(), "clean");
      await app.drained();
      await refused();
    },
  },
  {
    id: "DRAIN-05",
    level: "MUST",
    promise: "A drain that is asked for again, or `close()` meanwhile, is the same drain, only sooner.",
    async run(app) {
      const piped = await app.open("/pipe?kind=waits");
      await piped.data(1);
      await app.drain(60_000);
      await app.drain(60_000);
      await app.closeHub();
      assert.equal(await piped.ended(), "clean");
      const { ended, cut } = await app.drained();
      assert.deepEqual({ ended, cut }, { ended: 1, cut: 0 });
    },
  },
  {
    id: "DRAIN-06",
    level: "MUST",
    promise: "After a drain that cut a reader that takes nothing, `server.close()` finishes.",
    needs: ["shutdown"],
    options: { hub: { closeTimeout: 120 } },
    async run(app, fixture) {
      const stalled = app.name();
      const stuck = await app.open(`/flood?rounds=1000000&patience=300&name=${stalled}`);
      stuck.pause();
      assert.equal((await app.told("ready", stalled))["outcome"], "TIMEOUT");
      await app.drain(100);
      assert.equal((await app.drained()).cut, 1);
      await fixture.close();
    },
  },
];
