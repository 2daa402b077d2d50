import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { Watch } from "../client/within.ts";

/** The ends that the hub or the application has in mind for a stream. */
export const endings: readonly Check[] = [
  {
    id: "UNTIL-01",
    level: "MUST",
    promise: "`until` ends a stream of any kind at its time, cleanly; the earliest time given counts.",
    options: { hub: { heartbeat: 40 } },
    async run(app) {
      const feed = app.name();
      for (const path of ["/topics-until?topic=t", `/pipe-until?feed=${feed}`]) {
        const name = app.name();
        const reader = await app.open(`${path}&until=60000&until=80&until=3600000&name=${name}`);
        assert.equal(await reader.ended(), "clean", path);
        const { reason, clean } = await app.told("close", name);
        assert.deepEqual({ reason, clean }, { reason: "expired", clean: true }, path);
        assert.ok(!reader.text.includes("~end"), "a source that was broken off has not come to its end");
      }
      assert.equal((await app.told("source", feed))["how"], "aborted");
    },
  },
  {
    id: "AGE-01",
    level: "MUST",
    promise:
      "With `maxAge` an EventSource goes on by stream after stream, and has every event once, in order.",
    options: { hub: { maxAge: 100, retry: [1, 10] } },
    async run(app) {
      const topic = app.name();
      const watch = new Watch();
      const got: number[] = [];
      let rotations = 0;
      let checkpoints = 0;
      const source = app.eventSource(`/topics?topic=${topic}`);
      source.onmessage = ({ data }: { data: string }) => {
        got.push(Number(data));
        watch.changed();
      };
      source.addEventListener("checkpoint", () => {
        checkpoints++;
        watch.changed();
      });
      source.addEventListener("reconnect", ({ data }: { data: string }) => {
        assert.equal(data, '{"reason":"rotated"}');
        rotations++;
      });
      try {
        await watch.until(
          () => (checkpoints > 0 ? true : undefined),
          () => "a first checkpoint",
        );
        let published = 0;
        while (rotations < 4) await app.publish(topic, { data: published++ });
        await watch.until(
          () => (got.length >= published ? true : undefined),
          () => `${published} events; it has ${got.length}`,
        );
        assert.deepEqual(
          got,
          Array.from({ length: published }, (_, at) => at),
        );
      } finally {
        source.close();
      }
    },
  },
  {
    id: "AGE-02",
    level: "MUST",
    promise: "`maxAge` takes only subscribed streams, cleanly; `pipe` and `send` run to their own end.",
    options: { hub: { maxAge: 40 } },
    async run(app) {
      const feed = app.name();
      const piped = await app.open(`/fed?feed=${feed}`);
      const sent = await app.open("/send?comment=open");
      for (let at = 0; at < 3; at++) {
        const name = app.name();
        const reader = await app.subscribed(`/topics?topic=t&name=${name}`);
        assert.equal(await reader.ended(), "clean");
        assert.equal((await app.told("close", name))["reason"], "rotated");
        assert.equal(reader.retries.length, 1);
      }
      assert.equal((await app.happenings()).open, 2);
      await app.feed(feed, [{ data: "own end" }], "end");
      assert.equal(await piped.ended(), "clean");
      await sent.commented(1);
    },
  },
  {
    id: "IDLE-01",
    level: "MUST",
    promise:
      "`idleTimeout` ends a stream that has no event for so long, and no other; heartbeats do not count.",
    options: { hub: { idleTimeout: 400, heartbeat: 40 } },
    async run(app) {
      const [topic, busy, idle] = [app.name(), app.name(), app.name()];
      await app.subscribed(`/topics?topic=${topic}&name=${busy}`);
      const reader = await app.subscribed(`/topics?topic=${app.name()}&name=${idle}`);
      let over: string | undefined;
      void reader.ended().then((how) => {
        over = how;
      });
      while (over === undefined) await app.publish(topic, { data: "busy" });
      assert.equal(over, "clean");
      assert.ok(reader.comments.length > 0, "it had heartbeats");
      assert.equal((await app.told("close", idle))["reason"], "idle");
      assert.equal((await app.happenings()).open, 1);
    },
  },
  {
    id: "CLOSE-01",
    level: "MUST",
    promise: "An ended stream whose reader takes nothing is cut at `closeTimeout`, and its record says so.",
    needs: ["flush"],
    options: { hub: { closeTimeout: 120 } },
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/flood?rounds=1000000&patience=300&name=${name}`);
      reader.pause();
      // The system takes a lot for a reader that does not read; now it takes no more.
      assert.equal((await app.told("ready", name))["outcome"], "TIMEOUT");
      await app.end(name);
      const { reason, clean } = await app.told("close", name);
      assert.deepEqual({ reason, clean }, { reason: "closed", clean: false });
    },
  },
  {
    id: "CLOSE-02",
    level: "MUST",
    promise: "`hub.close()` brings out what a slow reader has yet to take, and waits for that.",
    async run(app, fixture) {
      const name = app.name();
      const slow = await app.open(`/send?comment=open&name=${name}`);
      await slow.commented(1);
      slow.pause();
      await app.sendTo(
        name,
        ...Array.from({ length: 4 }, (_, at) => ({ data: `${at}:${"x".repeat(200_000)}` })),
      );
      const closed = fixture.close();
      slow.resume();
      assert.equal(await slow.ended(), "clean");
      assert.equal((await slow.data(4)).length, 4);
      await closed;
    },
  },
];
