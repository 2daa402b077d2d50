import assert from "node:assert/strict";
import type { Check } from "../check.ts";

/** The query aliases of `Last-Event-ID`, and the reader that each is of. */
const ALIASES = ["lastEventId", "last_event_id", "lastEventID", "evs_last_event_id"];

/** How a reader goes on where it was. */
export const resume: readonly Check[] = [
  {
    id: "RESUME-01",
    level: "MUST",
    promise: "A subscribed stream begins with a checkpoint: a named event with an id and empty data.",
    async run(app) {
      const topic = app.name();
      const [cursor] = await app.publish(topic, { data: "before" });
      await app.settled();
      const reader = await app.open(`/topics?topic=${topic}`);
      await reader.next();
      assert.equal(reader.text, `id: ${cursor}\nevent: checkpoint\ndata: \n\n`);
    },
  },
  {
    id: "RESUME-02",
    level: "MUST",
    promise: "Streams that only send or pipe get no checkpoint.",
    async run(app) {
      const reader = await app.open("/pipe?kind=array&count=2", { method: "POST" });
      assert.equal(await reader.ended(), "clean");
      assert.equal(reader.text, "event: item\ndata: 0\n\nevent: item\ndata: 1\n\n");
    },
  },
  {
    id: "RESUME-03",
    level: "MUST",
    promise: "`Last-Event-ID` brings everything after it, once and in order, and then what comes live.",
    async run(app) {
      const topic = app.name();
      const cursors = await app.publish(topic, ...[1, 2, 3, 4].map((data) => ({ data })));
      for (const [at, cursor] of cursors.entries()) {
        const reader = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": cursor } });
        await reader.next();
        const [live] = await app.publish(topic, { data: "live" });
        await reader.find(({ id }) => id === live, "what came live");
        assert.deepEqual(reader.own.map(({ id }) => id).slice(0, 3 - at), cursors.slice(at + 1));
      }
    },
  },
  {
    id: "RESUME-04",
    level: "MUST",
    promise: "A reader that was cut before the first event loses nothing: it comes back with its checkpoint.",
    async run(app) {
      const topic = app.name();
      const first = await app.subscribed(`/topics?topic=${topic}`);
      first.leave("reset");
      await app.publish(topic, { data: "missed" });
      const second = await app.open(`/topics?topic=${topic}`, {
        headers: { "last-event-id": first.lastId ?? "" },
      });
      assert.deepEqual(await second.data(1), ["missed"]);
    },
  },
  {
    id: "RESUME-05",
    level: "MUST",
    promise: `Readers that cannot set a header bring their id in the query: ${ALIASES.join(", ")}.`,
    async run(app) {
      const topic = app.name();
      const [first] = await app.publish(topic, { data: 1 }, { data: 2 });
      for (const alias of ALIASES) {
        const reader = await app.open(`/topics?topic=${topic}&${alias}=${first}`);
        assert.deepEqual(await reader.data(1), ["2"], alias);
      }
    },
  },
  {
    id: "RESUME-06",
    level: "MUST",
    promise: "The header wins over the query, since a reader that reconnects keeps its URL.",
    async run(app) {
      const topic = app.name();
      const [first, second] = await app.publish(topic, { data: 1 }, { data: 2 }, { data: 3 });
      const reader = await app.open(`/topics?topic=${topic}&lastEventId=${first}`, {
        headers: { "last-event-id": second ?? "" },
      });
      assert.deepEqual(await reader.data(1), ["3"]);
    },
  },
  {
    id: "RESUME-07",
    level: "MUST",
    promise: "The reader's own cursor wins over the route's `from`.",
    async run(app) {
      const topic = app.name();
      const [, second] = await app.publish(topic, { data: 1 }, { data: 2 }, { data: 3 });
      const reader = await app.open(`/topics?topic=${topic}&from=start`, {
        headers: { "last-event-id": second ?? "" },
      });
      assert.deepEqual(await reader.data(1), ["3"]);
    },
  },
  {
    id: "RESUME-08",
    level: "MUST",
    promise: 'A first visit begins now, or with `from: "start"` at the oldest kept, or at a cursor.',
    async run(app) {
      const topic = app.name();
      const [first] = await app.publish(topic, { data: 1 }, { data: 2 });
      await app.settled();
      const now = await app.subscribed(`/topics?topic=${topic}&from=now`);
      const start = await app.open(`/topics?topic=${topic}&from=start`);
      const cursor = await app.open(`/topics?topic=${topic}&from=${first}`);
      await app.publish(topic, { data: 3 });
      assert.deepEqual(await now.data(1), ["3"]);
      assert.deepEqual(await start.data(3), ["1", "2", "3"]);
      assert.deepEqual(await cursor.data(2), ["2", "3"]);
      for (const reader of [now, start, cursor])
        assert.ok(!reader.events.some(({ event }) => event === "gap"), "a first visit is told of no gap");
    },
  },
  {
    id: "RESUME-09",
    level: "MUST",
    promise: "An empty `Last-Event-ID` is none.",
    async run(app) {
      const topic = app.name();
      await app.publish(topic, { data: "old" });
      await app.settled();
      const reader = await app.subscribed(`/topics?topic=${topic}&lastEventId=`, {
        headers: { "last-event-id": "" },
      });
      await app.publish(topic, { data: "new" });
      assert.deepEqual(await reader.data(1), ["new"]);
    },
  },
  {
    id: "RESUME-10",
    level: "MUST",
    promise: "Snapshot, then live: with `hub.cursor()` taken before, nothing in between is lost.",
    async run(app) {
      const topic = app.name();
      await app.publish(topic, { data: "old" });
      const reader = await app.open(`/snapshot?topic=${topic}`);
      await reader.data(2);
      const names = reader.own.map(({ event }) => event);
      assert.deepEqual(names.toSorted(), ["between", "snapshot"]);
    },
  },
  {
    id: "RESUME-11",
    level: "MUST",
    promise: "200 events that were missed come back whole, and the observer is told of the replay.",
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const cursor = await app.cursor();
      const events = Array.from({ length: 200 }, (_, data) => ({ data }));
      const cursors = await app.publish(topic, ...events);
      const reader = await app.open(`/topics?topic=${topic}&name=${name}`, {
        headers: { "last-event-id": cursor },
      });
      await reader.data(200);
      assert.deepEqual(
        reader.own.map(({ id }) => id),
        cursors,
      );
      assert.equal((await app.told("replay", name))["cursor"], cursor);
    },
  },
  {
    id: "RESUME-12",
    level: "MUST",
    promise: "Cut after each event in turn and back with the last id, a reader has everything once.",
    async run(app) {
      const topic = app.name();
      const first = await app.subscribed(`/topics?topic=${topic}`);
      let id = first.lastId ?? "";
      first.leave();
      const cursors = await app.publish(topic, ...[1, 2, 3, 4, 5].map((data) => ({ data })));
      const had: (string | undefined)[] = [];
      for (let at = 0; at < cursors.length; at++) {
        const reader = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": id } });
        const event = await reader.find(({ event: name }) => name === "message", "an event");
        reader.leave("reset");
        had.push(event.id);
        id = event.id ?? "";
      }
      assert.deepEqual(had, cursors);
    },
  },
];
