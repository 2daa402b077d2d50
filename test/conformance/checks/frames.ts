import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import type { Wish } from "../client/app.ts";

function sendPath(events: readonly Wish[], more = ""): string {
  return `/send?events=${encodeURIComponent(JSON.stringify(events))}&close=1${more}`;
}

/** Text that readers, parsers and encoders have stumbled over. */
const HARD: readonly (readonly [name: string, data: string, arrives?: string])[] = [
  ["empty", ""],
  ["one space", " "],
  ["leading spaces", "  two"],
  ["leading colon", ": no comment"],
  ["a field inside", "id: 7\nevent: admin\ndata: x"],
  ["LF", "a\nb"],
  ["CR", "a\rb", "a\nb"],
  ["CRLF", "a\r\nb", "a\nb"],
  ["two CR", "a\r\rb", "a\n\nb"],
  ["breaks around", "\n\na\n\n"],
  ["only a break", "\n"],
  ["NUL", "a\0b"],
  ["U+2028 and U+2029", "a\u2028b\u2029c"],
  ["U+0085", "a\u0085b"],
  ["BOM first", "\ufeffa"],
  ["emoji", "👩‍👩‍👧‍👦 🇺🇳"],
  ["lone surrogates", "a\ud800b\udc00c", "a\ufffdb\ufffdc"],
  ["bidi and zero width", "a\u202eb\u200bc"],
  ["DEL and C1", "a\x7fb\x9fc"],
];

/** What the bytes of events look like. */
export const frames: readonly Check[] = [
  {
    id: "FRAME-01",
    level: "MUST",
    promise: "An event is written as its fields in LF-ended lines and a blank line, byte for byte.",
    needs: ["http/1.1"],
    async run(app) {
      const connection = await app.connect();
      const events = [{ comment: "c", event: "tick", data: "x", id: "7", retry: 1000 }, { data: { a: [1] } }];
      connection.ask(`GET ${sendPath(events)} HTTP/1.1`);
      assert.equal(
        await connection.answered(),
        'id: 7\n: c\nevent: tick\nretry: 1000\ndata: x\n\ndata: {"a":[1]}\n\n',
      );
    },
  },
  {
    id: "FRAME-02",
    level: "MUST",
    promise: "Any text arrives as it was sent, each kind of line break as LF, through `send`.",
    async run(app) {
      const reader = await app.open(sendPath(HARD.map(([, data]) => ({ data }))));
      const data = await reader.data(HARD.length);
      for (const [at, [name, sent, arrives = sent]] of HARD.entries()) assert.equal(data[at], arrives, name);
      assert.ok(!reader.text.includes("\r"), "CR is never on the wire");
    },
  },
  {
    id: "FRAME-03",
    level: "MUST",
    promise: "Any text arrives as it was published, live and by resume alike.",
    async run(app) {
      const topic = app.name();
      const live = await app.subscribed(`/topics?topic=${topic}`);
      const from = live.lastId ?? "";
      await app.publish(topic, ...HARD.map(([, data]) => ({ data })));
      const resumed = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": from } });
      for (const reader of [live, resumed]) {
        const data = await reader.data(HARD.length);
        for (const [at, [name, sent, arrives = sent]] of HARD.entries())
          assert.equal(data[at], arrives, name);
      }
    },
  },
  {
    id: "FRAME-04",
    level: "MUST",
    promise: "Line breaks in a comment make several comment lines, never an event, nor the end of one.",
    async run(app) {
      const comment = encodeURIComponent("a\ndata: forged\r\revent: x\r\nb\n\n");
      const reader = await app.open(`/send?comment=${comment}&close=1`);
      assert.equal(await reader.ended(), "clean");
      assert.deepEqual(reader.events, []);
      assert.equal(reader.text, ": a\n: data: forged\n: \n: event: x\n: b\n: \n: \n");
    },
  },
  {
    id: "FRAME-05",
    level: "MUST",
    promise: 'Data that is not a string goes out as JSON; null, 0, false and `""` are data.',
    async run(app) {
      const values = [null, 0, false, "", [], { a: 1 }, 1.5];
      const reader = await app.open(sendPath(values.map((data) => ({ data }))));
      assert.deepEqual(await reader.data(values.length), ["null", "0", "false", "", "[]", '{"a":1}', "1.5"]);
    },
  },
  {
    id: "FRAME-06",
    level: "MUST",
    promise: 'The id "0" is an id, and `""` resets it.',
    async run(app) {
      const reader = await app.open(
        sendPath([
          { id: "0", data: "a" },
          { id: "", data: "b" },
        ]),
      );
      await reader.data(2);
      assert.equal(reader.text, "id: 0\ndata: a\n\nid: \ndata: b\n\n");
    },
  },
  {
    id: "FRAME-07",
    level: "MUST",
    promise: "An event of exactly 1 MiB arrives whole, live and by resume.",
    async run(app) {
      const topic = app.name();
      const live = await app.subscribed(`/topics?topic=${topic}`);
      const from = live.lastId ?? "";
      const data = "x".repeat(1_048_576 - "data: \n\n".length);
      await app.publish(topic, { data });
      const resumed = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": from } });
      for (const reader of [live, resumed]) assert.ok((await reader.data(1))[0] === data);
    },
  },
  {
    id: "FRAME-08",
    level: "MUST",
    promise: "An event of 10,000 lines arrives with all of them.",
    async run(app) {
      const data = Array.from({ length: 10_000 }, (_, at) => `line ${at}`).join("\r\n");
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      await app.publish(topic, { data });
      assert.ok((await reader.data(1))[0] === data.replaceAll("\r\n", "\n"));
    },
  },
  {
    id: "FRAME-09",
    level: "MUST",
    promise: "An event that has a name and no data is heard by its name.",
    async run(app) {
      const reader = await app.open(sendPath([{ event: "ping" }]));
      assert.deepEqual(await reader.next(), { event: "ping", data: "", id: undefined });
    },
  },
  {
    id: "FRAME-10",
    level: "MUST",
    promise: "A published event carries its cursor as id, at most 128 bytes of letters, digits and `._~-`.",
    async run(app) {
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      const cursors = await app.publish(topic, { data: "a" }, { data: "b" });
      await reader.data(2);
      assert.deepEqual(
        reader.own.map(({ id }) => id),
        cursors,
      );
      for (const cursor of cursors) assert.match(cursor, /^[A-Za-z0-9._~-]{1,128}$/);
    },
  },
  {
    id: "FRAME-11",
    level: "MUST",
    promise: "`retry` reaches the reader as a number of milliseconds.",
    async run(app) {
      const reader = await app.open(sendPath([{ retry: 0 }, { retry: 2500, data: "x" }]));
      await reader.data(1);
      assert.deepEqual(reader.retries, [0, 2500]);
    },
  },
];
