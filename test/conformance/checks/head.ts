import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { soon } from "../client/within.ts";

/** The head of a stream, and the answers that are none. */
export const head: readonly Check[] = [
  {
    id: "HEAD-01",
    level: "MUST",
    promise: "A stream is answered with 200 and `content-type: text/event-stream`.",
    async run(app) {
      const reader = await app.open(`/topics?topic=${app.name()}`);
      assert.equal(reader.status, 200);
      assert.equal(reader.headers["content-type"], "text/event-stream");
    },
  },
  {
    id: "HEAD-02",
    level: "MUST",
    promise: "Caches and proxies are told to keep nothing, change nothing and hold nothing back.",
    async run(app) {
      const { headers } = await app.open(`/topics?topic=${app.name()}`);
      assert.equal(headers["cache-control"], "no-cache, no-transform");
      assert.equal(headers["x-accel-buffering"], "no");
      assert.equal(headers["content-length"], undefined);
      assert.equal(headers["content-encoding"], undefined);
    },
  },
  {
    id: "HEAD-03",
    level: "MUST",
    promise: "The head goes out at once, before there is any event.",
    async run(app) {
      // The source never gives anything: nothing but the head can come.
      const reader = await app.open("/pipe?kind=silent");
      assert.equal(reader.status, 200);
      assert.deepEqual(reader.events, []);
    },
  },
  {
    id: "HEAD-04",
    level: "MUST",
    promise: "HEAD is answered with the head of the stream and ends; no stream stays behind.",
    async run(app) {
      for (const path of ["/topics?topic=a", "/send?events=[]&comment=x", "/pipe"]) {
        const reply = await app.ask(path, { method: "HEAD" });
        assert.equal(reply.status, 200, path);
        assert.equal(reply.headers["content-type"], "text/event-stream", path);
        assert.equal(reply.text, "", path);
      }
      const { open, happenings } = await app.happenings();
      assert.equal(open, 0);
      assert.deepEqual(
        happenings.filter(({ kind }) => kind !== "close"),
        [],
        "no source was run and nothing was reported",
      );
    },
  },
  {
    id: "HEAD-05",
    level: "MUST",
    promise: "A route that has read properties of its stream may still answer 401.",
    async run(app) {
      const reply = await app.ask("/unauthorized", { headers: { accept: "text/event-stream" } });
      assert.equal(reply.status, 401);
      assert.match(String(reply.headers["content-type"]), /^application\/json/);
      assert.deepEqual(JSON.parse(reply.text), { code: "UNAUTHORIZED" });
      assert.equal((await app.happenings()).happenings.length, 0);
    },
  },
  {
    id: "HEAD-06",
    level: "MUST",
    promise: "Where there is no route the framework answers 404 as ever.",
    async run(app) {
      const reply = await app.ask("/nowhere", { headers: { accept: "text/event-stream" } });
      assert.equal(reply.status, 404);
    },
  },
  {
    id: "HEAD-07",
    level: "MUST",
    promise: "Headers that earlier middleware and the route itself have set are kept.",
    async run(app) {
      const { headers } = await app.open(`/topics?topic=${app.name()}`, {
        headers: { origin: "http://elsewhere.example" },
      });
      assert.equal(headers["access-control-allow-origin"], "*");
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["x-own"], "kept");
    },
  },
  {
    id: "HEAD-08",
    level: "MUST",
    promise:
      "On the wire no header stands twice, and `connection` and `transfer-encoding` are the server's own.",
    needs: ["http/1.1"],
    async run(app) {
      const connection = await app.connect();
      connection.ask(`GET /topics?topic=${app.name()} HTTP/1.1`);
      await connection.until("checkpoint");
      const [line, ...fields] = connection.head;
      assert.equal(line, "http/1.1 200 ok");
      const names = fields.map((field) => field.slice(0, field.indexOf(":")));
      // `vary` may come from several middlewares; no other header of a list is here.
      assert.deepEqual([...new Set(names)].sort(), [...names].sort());
      assert.deepEqual(
        fields.filter((field) => field.startsWith("transfer-encoding")),
        ["transfer-encoding: chunked"],
      );
    },
  },
  {
    id: "HEAD-09",
    level: "MUST",
    promise: "A stream does not depend on `Accept`: whatever it says, the answer is the stream.",
    async run(app) {
      for (const accept of ["*/*", "application/json", "text/event-stream;q=0", ""]) {
        const reader = await app.open(`/topics?topic=${app.name()}`, { headers: { accept } });
        assert.equal(reader.status, 200, accept);
        assert.equal((await reader.next()).event, "checkpoint", accept);
      }
    },
  },
  {
    id: "HEAD-10",
    level: "MUST",
    promise: "The head is there within 100 ms, whatever opens the stream, and also if nothing follows.",
    async run(app) {
      const topic = app.name();
      for (const path of [`/topics?topic=${topic}`, "/pipe?kind=silent", "/send?comment=x"]) {
        await soon(async () => {
          const since = performance.now();
          const reader = await app.open(path);
          assert.equal(reader.status, 200);
          return performance.now() - since;
        }, path);
      }
    },
  },
];
