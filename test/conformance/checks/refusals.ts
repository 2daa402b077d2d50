import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import type { App, Wish } from "../client/app.ts";

/** Events that would forge lines, or that readers cannot take. */
const REFUSED: readonly (readonly [code: string, event: Wish])[] = [
  ...["a\nb", "a\rb", "a\r\nb", "\n", "a\0b", "a\x7f", "a\x85b", "error", "open", 7, null, {}].map(
    (event) => ["BAD_EVENT_NAME", { event, data: "x" }] as const,
  ),
  ...["a\nb", "a\rb", "a b", "ä", "a\0", "x".repeat(129), "~end", "~", 0, null, {}].map(
    (id) => ["BAD_ID", { id, data: "x" }] as const,
  ),
  ...["0\r\nevent: admin", "5", -1, 0.5, 2 ** 53, null, true].map(
    (retry) => ["BAD_RETRY", { retry, data: "x" }] as const,
  ),
  ...[7, null, {}].map((comment) => ["BAD_COMMENT", { comment }] as const),
  ["BAD_EVENT", {}],
  ["BAD_EVENT", { evnet: "typing mistake" }],
  ["EVENT_TOO_LARGE", { data: "x".repeat(1_048_577 - "data: \n\n".length) }],
];

async function codeOf(app: App, path: string, body?: string): Promise<unknown> {
  const reply = await app.ask(path, { method: "POST", ...(body === undefined ? {} : { body }) });
  assert.equal(reply.status, 500, `${path} ${body?.slice(0, 100) ?? ""}: ${reply.text.slice(0, 100)}`);
  return (JSON.parse(reply.text) as { code: unknown }).code;
}

/** What is refused, and that nothing of it reaches a reader. */
export const refusals: readonly Check[] = [
  {
    id: "REFUSE-01",
    level: "MUST",
    promise: "`publish` refuses what would forge or break a line, by a code, before a byte is written.",
    async run(app) {
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      const before = reader.text;
      for (const [code, event] of REFUSED) {
        // `publish` refuses every id, a good one too; that is another check.
        const shown = JSON.stringify(event).slice(0, 100);
        assert.equal(await codeOf(app, `/publish/${topic}`, JSON.stringify(event)), code, shown);
      }
      await app.publish(topic, { data: "good" });
      await reader.data(1);
      assert.match(reader.text.slice(before.length), /^id: [^\n]+\ndata: good\n\n$/);
    },
  },
  {
    id: "REFUSE-02",
    level: "MUST",
    promise: "`send` refuses the same, and the stream goes on.",
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/send?comment=open&name=${name}`);
      await reader.commented(1);
      const before = reader.text;
      for (const [code, event] of REFUSED) {
        const shown = JSON.stringify(event).slice(0, 100);
        assert.equal(await codeOf(app, `/send-to/${name}`, JSON.stringify([event])), code, shown);
      }
      await app.sendTo(name, { data: "good" });
      await reader.data(1);
      assert.equal(reader.text.slice(before.length), "data: good\n\n");
    },
  },
  {
    id: "REFUSE-03",
    level: "MUST",
    promise: "`publish` refuses an id: the log gives it.",
    async run(app) {
      assert.equal(await codeOf(app, "/publish/t", '{"id":"7","data":"x"}'), "ID_CONFLICT");
    },
  },
  {
    id: "REFUSE-04",
    level: "MUST",
    promise:
      "Data that is no text (bytes, undefined, BigInt, cyclic, a symbol, a throwing `toJSON`) is refused.",
    async run(app) {
      const topic = app.name();
      for (const kind of ["undefined", "bigint", "cyclic", "bytes", "symbol", "function", "throws"])
        assert.equal(await codeOf(app, `/odd/${kind}?topic=${topic}`), "BAD_DATA", kind);
    },
  },
  {
    id: "REFUSE-05",
    level: "MUST",
    promise: "A refusal by the first verb reaches the framework's error handling; no stream opens.",
    async run(app) {
      for (const [path, code] of [
        ["/topics", "BAD_TOPIC"],
        ["/topics?topic=", "BAD_TOPIC"],
        [`/topics?topic=${"x".repeat(513)}`, "BAD_TOPIC"],
        ["/topics?topic=a&from=yesterday", "BAD_OPTION"],
        [`/send?events=${encodeURIComponent('[{"event":"a\\nb"}]')}`, "BAD_EVENT_NAME"],
      ] as const) {
        const reply = await app.ask(path);
        assert.equal(reply.status, 500, path);
        assert.deepEqual(JSON.parse(reply.text), { code }, path);
      }
      assert.equal((await app.happenings()).open, 0);
    },
  },
  {
    id: "REFUSE-06",
    level: "MUST",
    promise: "A response that has already begun cannot become a stream: a clear error, HEAD_SENT.",
    needs: ["own-response"],
    async run(app) {
      const reply = await app.ask("/head-sent");
      assert.equal(reply.text, 'begun\n{"code":"HEAD_SENT"}');
    },
  },
  {
    id: "REFUSE-07",
    level: "MUST",
    promise: "A stream subscribes once: a second time is an error, which ends it.",
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      await app.open(`/subscribe-twice?topic=${topic}&name=${name}`);
      await app.told("close", name);
    },
  },
  {
    id: "REFUSE-08",
    level: "MUST",
    promise: "Once subscribed, `send` refuses an id of the application's.",
    async run(app) {
      const name = app.name();
      await app.subscribed(`/topics?topic=${app.name()}&name=${name}`);
      assert.equal(await codeOf(app, `/send-to/${name}`, '[{"id":"7","data":"x"}]'), "ID_CONFLICT");
    },
  },
  {
    id: "REFUSE-09",
    level: "MUST",
    promise:
      "Topics are compared as they are: `__proto__`, `constructor` and look-alikes are topics like others.",
    async run(app) {
      const topics = ["__proto__", "constructor", "a b", "a\nb", "Å", "A\u030a", "😀"];
      for (const topic of topics) {
        const reader = await app.subscribed(`/topics?topic=${encodeURIComponent(topic)}`);
        await app.publishAll(...topics.map((one) => [one, { data: one }] as const));
        const [data] = await reader.data(1);
        assert.equal(data, topic.replace("\r", "\n"));
        assert.equal(reader.own.length, 1);
      }
    },
  },
];
