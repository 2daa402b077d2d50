import assert from "node:assert/strict";
import type { Check } from "../check.ts";

/** What becomes of exceptions in the application. */
export const errors: readonly Check[] = [
  {
    id: "ERROR-01",
    level: "MUST",
    promise: "A handler that throws before the head gets its framework's ordinary answer.",
    async run(app) {
      const reply = await app.ask("/throw-before", { headers: { accept: "text/event-stream" } });
      assert.equal(reply.status, 500);
      assert.deepEqual(JSON.parse(reply.text), { code: "INTERNAL" });
      assert.equal((await app.happenings()).open, 0);
    },
  },
  {
    id: "ERROR-02",
    level: "MUST",
    promise: "A handler that throws after the head ends the stream; the socket is not left open.",
    async run(app) {
      for (const path of ["/throw-after", `/reject-after?topic=${app.name()}`]) {
        const name = app.name();
        const reader = await app.open(`${path}${path.includes("?") ? "&" : "?"}name=${name}`);
        assert.equal(reader.status, 200);
        await reader.ended();
        await app.told("close", name);
      }
      assert.equal((await app.happenings()).open, 0);
    },
  },
  {
    id: "ERROR-03",
    level: "MUST",
    promise: "The text of an exception never reaches the wire.",
    needs: ["http/1.1"],
    async run(app) {
      const paths = ["/throw-before?", "/throw-after?", `/reject-after?topic=${app.name()}`, "/fail?"];
      for (const path of [...paths, "/pipe?kind=throws", "/pipe?kind=function-throws"]) {
        const connection = await app.connect();
        connection.ask(`GET ${path} HTTP/1.1`, { connection: "close" });
        await connection.ended();
        assert.ok(connection.text.length > 0, path);
        assert.ok(!connection.text.includes("SECRET"), path);
      }
    },
  },
  {
    id: "ERROR-04",
    level: "MUST",
    promise: "The observer hears what a handler threw after the head, and that it ended the stream.",
    async run(app) {
      for (const path of ["/throw-after?", `/reject-after?topic=${app.name()}&`]) {
        const name = app.name();
        await app.open(`${path}name=${name}`);
        assert.equal((await app.told("close", name))["reason"], "error", path);
        const { code, cause } = await app.told("error", name);
        assert.deepEqual({ code, cause }, { code: "APPLICATION_FAILED", cause: "SECRET of the application" });
      }
    },
  },
  {
    id: "ERROR-05",
    level: "MUST",
    promise: "`stream.fail` ends the stream with its last chunk; the observer hears why.",
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/fail?name=${name}`);
      assert.equal(await reader.ended(), "clean");
      assert.deepEqual(await reader.data(1), [""]);
      assert.equal((await app.told("error", name))["cause"], "SECRET of the application");
      assert.equal((await app.told("close", name))["reason"], "error");
    },
  },
  {
    id: "ERROR-06",
    level: "MUST",
    promise: "The app goes on after every failure: its other streams, old and new, are served.",
    async run(app) {
      const topic = app.name();
      const before = await app.subscribed(`/topics?topic=${topic}`);
      for (const path of ["/throw-before", "/throw-after", "/fail", "/pipe?kind=throws"]) {
        const reader = await app.open(path);
        await reader.ended();
      }
      const after = await app.subscribed(`/topics?topic=${topic}`);
      await app.publish(topic, { data: "on" });
      assert.deepEqual(await before.data(1), ["on"]);
      assert.deepEqual(await after.data(1), ["on"]);
    },
  },
];
