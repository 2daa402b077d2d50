import assert from "node:assert/strict";
import type { Check } from "../check.ts";

/** Heartbeats, and readers that do not read. The times are short here; the promises are the same. */
export const time: readonly Check[] = [
  {
    id: "BEAT-01",
    level: "MUST",
    promise:
      "A quiet stream of any kind gets a heartbeat: a comment, and not the end of a block, which some readers show.",
    options: { hub: { heartbeat: 40 } },
    async run(app) {
      const readers = [
        await app.open(`/topics?topic=${app.name()}`),
        await app.open("/pipe?kind=waits"),
        await app.open("/send?comment=open"),
      ];
      for (const reader of readers) {
        await reader.commented(3);
        assert.match(reader.text, /\n(?:: \n){2}$/);
      }
      assert.deepEqual(readers[2]?.events, []);
      // Nothing but comments from its first byte, also where the head does not go out without one.
      const silent = await app.open("/pipe?kind=silent");
      await silent.commented(3);
      assert.match(silent.text, /^(?:: ?\n)+$/);
    },
  },
  {
    id: "BEAT-02",
    level: "MUST",
    promise: "A stream that is not quiet gets none.",
    options: { hub: { heartbeat: 1_000 } },
    async run(app) {
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      for (let at = 0; at < 30; at++) {
        await app.publish(topic, { data: at });
        await reader.data(at + 1);
      }
      assert.deepEqual(reader.comments, []);
    },
  },
  {
    id: "BEAT-03",
    level: "MUST",
    promise:
      "A quiet reader's cursor is kept fresh by a checkpoint, so that a busy log does not make it a gap.",
    options: { hub: { heartbeat: 40, history: { events: 40 } } },
    async run(app) {
      const [mine, other] = [app.name(), app.name()];
      const reader = await app.subscribed(`/topics?topic=${mine}`);
      // Over a quarter of what the log keeps.
      const cursors = await app.publish(other, ...Array.from({ length: 30 }, (_, data) => ({ data })));
      const fresh = await reader.find(({ id }) => cursors.includes(id ?? ""), "a fresher checkpoint");
      assert.deepEqual([fresh.event, fresh.data], ["checkpoint", ""]);
    },
  },
  {
    id: "BEAT-04",
    level: "MUST",
    promise: "`heartbeat: false` turns it off.",
    options: { hub: { heartbeat: false } },
    async run(app) {
      const reader = await app.subscribed(`/topics?topic=${app.name()}`);
      assert.deepEqual(reader.comments, []);
    },
  },
  {
    id: "SLOW-01",
    level: "MUST",
    promise: "A reader that makes no room for `stallTimeout` is cut, and comes back without loss.",
    options: { hub: { stallTimeout: 250, history: { bytes: 256 * 1024 * 1024 } } },
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const stalled = await app.subscribed(`/topics?topic=${topic}&name=${name}`);
      const healthy = await app.subscribed(`/topics?topic=${topic}`);
      stalled.pause();
      const cursors: string[] = [];
      // Each is far below what a connection may hold, all together far above.
      for (let at = 0; at < 30; at++) {
        cursors.push(...(await app.publish(topic, { data: `${at}:${"x".repeat(500_000)}` })));
        await healthy.data(at + 1);
      }
      const { reason, clean } = await app.told("close", name);
      assert.deepEqual({ reason, clean }, { reason: "stalled", clean: false });
      stalled.resume();
      assert.equal(await stalled.ended(), "cut");
      const had = stalled.own.map(({ id }) => id);
      assert.ok(had.length < cursors.length, "it was cut before the end");
      const back = await app.open(`/topics?topic=${topic}`, {
        headers: { "last-event-id": stalled.lastId ?? "" },
      });
      await back.data(cursors.length - had.length);
      assert.ok(!back.text.includes("event: gap"));
      assert.deepEqual([...had, ...back.own.map(({ id }) => id)], cursors);
    },
  },
  {
    id: "SLOW-02",
    level: "MUST",
    promise: "A reader that lags and reads again gets everything once, in order; it is not cut for lagging.",
    options: { hub: { history: { bytes: 256 * 1024 * 1024 } } },
    async run(app) {
      const topic = app.name();
      const lagging = await app.subscribed(`/topics?topic=${topic}`);
      const healthy = await app.subscribed(`/topics?topic=${topic}`);
      lagging.pause();
      const cursors: string[] = [];
      for (let at = 0; at < 28; at++) {
        cursors.push(...(await app.publish(topic, { data: `${at}:${"x".repeat(500_000)}` })));
        await healthy.data(at + 1);
      }
      lagging.resume();
      await lagging.data(cursors.length);
      assert.deepEqual(
        lagging.own.map(({ id }) => id),
        cursors,
      );
    },
  },
  {
    id: "SLOW-03",
    level: "MUST",
    promise: "A lagging reader whose events are gone meanwhile is told of the gap in its stream.",
    options: { hub: { history: { events: 4 } } },
    async run(app) {
      const topic = app.name();
      const lagging = await app.subscribed(`/topics?topic=${topic}`);
      const healthy = await app.subscribed(`/topics?topic=${topic}`);
      lagging.pause();
      const cursors: string[] = [];
      for (let at = 0; at < 30; at++) {
        cursors.push(...(await app.publish(topic, { data: `${at}:${"x".repeat(500_000)}` })));
        await healthy.data(at + 1);
      }
      lagging.resume();
      await lagging.find(({ id, event }) => id === cursors.at(-1) && event === "message", "the last event");
      const had = lagging.own.map(({ id }) => cursors.indexOf(id ?? ""));
      const jumps = had.filter((offset, at) => at > 0 && offset !== (had[at - 1] ?? 0) + 1);
      const notices = lagging.events.filter(({ event }) => event === "gap");
      assert.ok(notices.length > 0, "it was told");
      assert.ok(
        jumps.length <= notices.length,
        `it missed ${jumps.length} times, was told ${notices.length}`,
      );
    },
  },
  {
    id: "SLOW-04",
    level: "MUST",
    promise: "`send` says false when the reader is slow; `ready` resolves when it has room again.",
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/flood?name=${name}`);
      reader.pause();
      await app.told("full", name);
      reader.resume();
      assert.equal((await app.told("ready", name))["outcome"], "room");
    },
  },
  {
    id: "SLOW-05",
    level: "MUST",
    promise: "`ready` gives up by its signal, and settles when a slow reader leaves.",
    async run(app) {
      const late = app.name();
      const first = await app.open(`/flood?name=${late}&patience=50&rounds=10000`);
      first.pause();
      assert.equal((await app.told("ready", late))["outcome"], "TIMEOUT");
      const left = app.name();
      const second = await app.open(`/flood?name=${left}&rounds=10000`);
      second.pause();
      await app.told("full", left);
      second.leave("reset");
      assert.equal((await app.told("ready", left))["outcome"], "CLOSED");
    },
  },
  {
    id: "SLOW-06",
    level: "MUST",
    promise: "Private events beyond `outboxBytes` end the stream of a slow reader: `full`.",
    options: { hub: { outboxBytes: 1_000_000 } },
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/send?comment=open&name=${name}`);
      await reader.commented(1);
      reader.pause();
      const event = { data: "x".repeat(900_000) };
      for (let at = 0; at < 22; at++) {
        const { status } = await app.ask(`/send-to/${name}`, {
          method: "POST",
          body: JSON.stringify([event]),
        });
        assert.equal(status, 200);
      }
      assert.equal((await app.told("close", name))["reason"], "full");
    },
  },
  {
    id: "SLOW-07",
    level: "MUST",
    promise: '`whenFull: "drop"` drops the new event instead and tells the reader so, once.',
    options: { hub: { outboxBytes: 1_000_000, whenFull: "drop" } },
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/send?comment=open&name=${name}`);
      await reader.commented(1);
      reader.pause();
      const event = { data: "x".repeat(900_000) };
      for (let at = 0; at < 22; at++) await app.sendTo(name, event);
      await app.told("drop", name);
      reader.resume();
      await reader.find(({ event: kind }) => kind === "dropped", "the notice");
      await app.sendTo(name, { data: "on" });
      await reader.find(({ data }) => data === "on", "an event after it");
      assert.equal(reader.events.filter(({ event: kind }) => kind === "dropped").length, 1);
    },
  },
];
