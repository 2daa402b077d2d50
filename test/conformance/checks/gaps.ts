import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import type { App } from "../client/app.ts";
import type { Reader } from "../client/reader.ts";

/** A log that keeps four events. */
const FOUR = { hub: { history: { events: 4 } } } as const;

interface Notice {
  readonly reason: string;
  readonly asked: string;
  readonly cursor: string;
}

/**
 * What pushes everything before it out of the hub's own window too (2 MiB): that serves readers without asking the
 * log, and may hold more than the log.
 */
async function pushOut(app: App): Promise<void> {
  const filler = { data: "x".repeat(900_000) };
  for (let at = 0; at < 3; at++) await app.publish("filler", filler);
}

/** The notice that the stream begins with, and the checkpoint that must follow it. */
async function noticeOf(reader: Reader): Promise<Notice & { readonly id: string | undefined }> {
  assert.equal(reader.status, 200);
  const notice = await reader.next();
  assert.equal(notice.event, "gap");
  const gap = JSON.parse(notice.data) as Notice;
  const checkpoint = await reader.next();
  assert.equal(checkpoint.event, "checkpoint");
  assert.equal(checkpoint.id, gap.cursor, "the checkpoint is where it goes on");
  return { ...gap, id: notice.id };
}

/** What a reader is told when something that it needs is gone. */
export const gaps: readonly Check[] = [
  {
    id: "GAP-01",
    level: "MUST",
    promise:
      "A cursor that is none gives a stream with a gap notice, never a 400: a 400 ends an EventSource for good.",
    async run(app) {
      const topic = app.name();
      await app.publish(topic, { data: "kept" });
      const cursors = [
        "earliest",
        "0",
        "-",
        "$",
        ">",
        "+",
        "*",
        "1-2-3",
        "-1",
        "1e9",
        "a.b",
        "a.-1",
        "a.1.2",
      ];
      for (const cursor of [...cursors, "18446744073709551616-0", "x".repeat(129), "x".repeat(4_000)]) {
        const reader = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": cursor } });
        const { reason, asked } = await noticeOf(reader);
        assert.equal(reason, "malformed", cursor);
        assert.equal(asked, cursor.slice(0, 128));
        assert.deepEqual(await reader.data(1), ["kept"], "it goes on from the oldest kept");
      }
    },
  },
  {
    id: "GAP-02",
    level: "MUST",
    promise: "A doubled header and one outside ASCII are malformed cursors too, not errors.",
    async run(app) {
      const topic = app.name();
      for (const headers of [{ "last-event-id": ["a.1", "a.2"] }, { "last-event-id": "caf\u00e9.1" }]) {
        const reader = await app.open(`/topics?topic=${topic}`, { headers });
        assert.equal((await noticeOf(reader)).reason, "malformed");
      }
    },
  },
  {
    id: "GAP-03",
    level: "MUST",
    promise:
      "A cursor of another epoch, as after a restart, is told as a gap; the reader goes on from the oldest kept.",
    async run(app) {
      const topic = app.name();
      await app.publish(topic, { data: 1 }, { data: 2 });
      const reader = await app.open(`/topics?topic=${topic}`, {
        headers: { "last-event-id": "elsewhere.1" },
      });
      const { reason, asked } = await noticeOf(reader);
      assert.equal(reason, "epoch");
      assert.equal(asked, "elsewhere.1");
      assert.deepEqual(await reader.data(2), ["1", "2"]);
    },
  },
  {
    id: "GAP-04",
    level: "MUST",
    promise: "A cursor from the future is told as a gap.",
    async run(app) {
      const topic = app.name();
      const [cursor = ""] = await app.publish(topic, { data: 1 });
      const future = cursor.replace(/\d+$/, "999999999");
      const reader = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": future } });
      assert.equal((await noticeOf(reader)).reason, "future");
    },
  },
  {
    id: "GAP-05",
    level: "MUST",
    promise:
      "What the log no longer has is told as a gap; the reader goes on at the oldest kept of its topics.",
    options: FOUR,
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const [first = ""] = await app.publish(topic, { data: 1 }, { data: 2 });
      await pushOut(app);
      await app.publish(topic, { data: 3 }, { data: 4 });
      const reader = await app.open(`/topics?topic=${topic}&name=${name}`, {
        headers: { "last-event-id": first },
      });
      const { reason, asked } = await noticeOf(reader);
      assert.deepEqual({ reason, asked }, { reason: "evicted", asked: first });
      assert.deepEqual(await reader.data(2), ["3", "4"]);
      assert.equal((await app.told("gap", name))["reason"], "evicted");
    },
  },
  {
    id: "GAP-06",
    level: "MUST",
    promise: "That other topics' events are gone is no gap.",
    options: FOUR,
    async run(app) {
      const [mine, other] = [app.name(), app.name()];
      const [cursor = ""] = await app.publish(mine, { data: 1 });
      await app.publish(other, ...[1, 2, 3, 4, 5, 6].map((data) => ({ data })));
      await pushOut(app);
      const reader = await app.open(`/topics?topic=${mine}`, { headers: { "last-event-id": cursor } });
      assert.equal((await reader.next()).event, "checkpoint");
      await app.publish(mine, { data: 2 });
      assert.deepEqual(await reader.data(1), ["2"]);
      assert.ok(!reader.text.includes("event: gap"));
    },
  },
  {
    id: "GAP-07",
    level: "MUST",
    promise:
      "The notice brings back the id that was asked for, so a reader that is cut right after it is told again.",
    options: FOUR,
    async run(app) {
      const topic = app.name();
      const [first = ""] = await app.publish(topic, { data: 1 }, { data: 2 });
      await pushOut(app);
      await app.publish(topic, { data: 3 });
      const reader = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": first } });
      assert.equal((await noticeOf(reader)).id, first);
    },
  },
  {
    id: "GAP-08",
    level: "MUST",
    promise:
      "What `onGap` sends comes right after the notice and before the events; its cursor is where it goes on.",
    options: FOUR,
    async run(app) {
      const topic = app.name();
      const [first = ""] = await app.publish(topic, { data: 1 }, { data: 2 });
      await pushOut(app);
      const [to = "", last] = await app.publish(topic, { data: 3 }, { data: 4 });
      const reader = await app.open(`/topics?topic=${topic}&onGap=snapshot&to=${to}`, {
        headers: { "last-event-id": first },
      });
      await reader.data(2);
      assert.deepEqual(
        reader.events.map(({ event, id }) => [event, id]),
        [
          ["gap", first],
          ["snapshot", first],
          ["checkpoint", to],
          ["message", last],
        ],
      );
      assert.equal((JSON.parse(reader.events[0]?.data ?? "") as Notice).cursor, to);
    },
  },
  {
    id: "GAP-09",
    level: "MUST",
    promise: "An `onGap` that throws ends the stream; the observer hears it and the reader never does.",
    async run(app) {
      const name = app.name();
      const path = `/topics?topic=${app.name()}&onGap=throws&name=${name}`;
      const reader = await app.open(path, { headers: { "last-event-id": "gone.1" } });
      await reader.ended();
      assert.ok(!reader.text.includes("SECRET"));
      const { code, cause } = await app.told("error", name);
      assert.deepEqual({ code, cause }, { code: "APPLICATION_FAILED", cause: "SECRET of the application" });
    },
  },
];
