import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import type { App } from "../client/app.ts";

/** What a body was encoded with whose first event has come, for a reader that takes gzip. */
async function encodingOf(app: App, path: string): Promise<string> {
  const reader = await app.open(path, { headers: { "accept-encoding": "gzip" } });
  await reader.next();
  return reader.headers["content-encoding"] ?? "none";
}

/** Compressors, versions of HTTP, bodies, half-closed connections. */
export const http: readonly Check[] = [
  {
    id: "WARE-01",
    level: "MUST",
    promise:
      "Behind the framework's compressor events go out at once, uncompressed: `no-transform` is honoured.",
    needs: ["compressor"],
    options: { compression: "honoured" },
    async run(app) {
      for (const path of ["/topics?topic=t", "/pipe?kind=waits", '/send?events=[{"event":"item"}]']) {
        assert.equal(await encodingOf(app, path), "none", path);
      }
    },
  },
  {
    id: "WARE-02",
    level: "MUST",
    promise: "The compressor still compresses everything else.",
    needs: ["compressor"],
    options: { compression: "honoured" },
    async run(app) {
      const reply = await app.ask("/control", { headers: { "accept-encoding": "gzip" } });
      assert.equal(reply.headers["content-encoding"], "gzip");
    },
  },
  {
    id: "WARE-03",
    level: "SHOULD",
    promise: "A compressor that was made to compress event streams does not hold events back.",
    needs: ["compressor", "compression"],
    options: { compression: "overridden" },
    async run(app) {
      for (const path of ["/topics?topic=t", "/pipe?kind=waits", '/send?events=[{"event":"item"}]']) {
        assert.equal(await encodingOf(app, path), "gzip", path);
      }
    },
  },
  {
    id: "WARE-04",
    level: "MUST",
    promise: "Behind a compressor a stream ends with all of its events, and with its last chunk.",
    needs: ["compressor"],
    options: { compression: "honoured" },
    async run(app) {
      const reader = await app.open("/pipe?count=50", { headers: { "accept-encoding": "gzip" } });
      assert.equal(await reader.ended(), "clean");
      assert.equal(reader.events.length, 51);
    },
  },
  {
    id: "HTTP-01",
    level: "MUST",
    promise:
      "A POST whose body is read before the stream opens, after it, or never, is a stream like another.",
    async run(app) {
      for (const read of ["before", "after", "never"]) {
        const name = app.name();
        const body = "b".repeat(10_000);
        const reader = await app.open(`/post?read=${read}&name=${name}`, { method: "POST", body });
        const length = read === "never" ? "0" : "10000";
        await reader.find(({ event, data }) => event === "body" && data === length, `the body (${read})`);
        // A body that was consumed must not look like a reader that left.
        await app.sendTo(name, { data: "later" });
        await reader.find(({ data }) => data === "later", "an event after the body");
      }
    },
  },
  {
    id: "HTTP-02",
    level: "MUST",
    promise: "An HTTP/1.0 reader gets the events unframed, and the end of the connection as their end.",
    needs: ["http/1.1", "http/1.0"],
    async run(app) {
      const connection = await app.connect();
      connection.ask("GET /pipe?count=2 HTTP/1.0");
      await connection.ended();
      assert.match(connection.head[0] ?? "", /^http\/1\.[01] 200 ok$/);
      assert.ok(!connection.head.some((field) => field.startsWith("transfer-encoding")));
      assert.equal(
        connection.afterHead,
        "event: item\ndata: 0\n\nevent: item\ndata: 1\n\nid: ~end\nevent: end\ndata: \n\n",
      );
    },
  },
  {
    id: "HTTP-03",
    level: "MUST",
    promise: "An HTTP/1.0 reader gets live events as they come, unframed.",
    needs: ["http/1.1", "http/1.0"],
    async run(app) {
      const topic = app.name();
      const connection = await app.connect();
      connection.ask(`GET /topics?topic=${topic} HTTP/1.0`);
      await connection.until("event: checkpoint\ndata: \n\n");
      await app.publish(topic, { data: "one" });
      const [, second] = await app.publish(topic, { data: "two" }, { data: "three" });
      await connection.until(`id: ${second}\ndata: three\n\n`);
      assert.match(connection.afterHead, /^(?:[a-z]+: [^\n]*\n|\n)*$/);
    },
  },
  {
    id: "HTTP-04",
    level: "MUST",
    promise: "Live events are whole chunks: each chunk ends in a blank line.",
    needs: ["http/1.1"],
    async run(app) {
      const topic = app.name();
      const connection = await app.connect();
      connection.ask(`GET /topics?topic=${topic} HTTP/1.1`);
      await connection.until("checkpoint");
      for (let at = 0; at < 5; at++)
        await app.publish(topic, ...[1, 2, 3].map((data) => ({ event: "tick", data: { at, data } })));
      await connection.until('{"at":4,"data":3}\n\n');
      const { chunks } = connection;
      assert.equal(chunks.join("").match(/event: tick/g)?.length, 15);
      for (const chunk of chunks) assert.ok(chunk.endsWith("\n\n"), JSON.stringify(chunk));
    },
  },
  {
    id: "HTTP-05",
    level: "MUST",
    promise: "A reader that closes its half of the connection is a reader that leaves, and nothing hangs.",
    needs: ["http/1.1", "half-close"],
    async run(app) {
      const name = app.name();
      const connection = await app.connect({ allowHalfOpen: true });
      connection.ask(`GET /topics?topic=${app.name()}&name=${name} HTTP/1.1`);
      await connection.until("checkpoint");
      connection.socket.end();
      await connection.ended();
      assert.equal((await app.told("close", name))["reason"], "left");
    },
  },
  {
    id: "HTTP-06",
    level: "MUST",
    promise: "After a stream that ended, the connection serves the next request.",
    needs: ["http/1.1"],
    async run(app) {
      const connection = await app.connect();
      connection.ask("GET /pipe?count=1 HTTP/1.1");
      await connection.answered();
      connection.text = "";
      connection.ask("GET /pipe?count=2 HTTP/1.1");
      assert.match(await connection.answered(), /data: 1\n/);
      assert.equal(connection.head[0], "http/1.1 200 ok");
    },
  },
  {
    id: "HTTP-07",
    level: "MUST",
    promise: "A request that arrives a byte at a time is answered as any other.",
    needs: ["http/1.1"],
    async run(app) {
      const connection = await app.connect();
      const text = `GET /topics?topic=${app.name()} HTTP/1.1\r\nhost: localhost\r\n\r\n`;
      for (const byte of text) connection.write(byte);
      await connection.until("checkpoint");
    },
  },
  {
    id: "HTTP-08",
    level: "MUST",
    promise: "A reader that is gone before its stream has opened leaves nothing behind.",
    needs: ["http/1.1"],
    async run(app) {
      const topic = app.name();
      for (let at = 0; at < 10; at++) {
        const connection = await app.connect();
        connection.ask(`GET /topics?topic=${topic}&name=${topic}-${at} HTTP/1.1`);
        connection.socket.resetAndDestroy();
      }
      // A whole visit after theirs: what they have opened is seen to be closed as far as it was ever opened.
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      const { happenings } = await app.happenings();
      for (const { kind, name } of happenings)
        if (kind === "open" && name !== undefined) await app.told("close", name);
      await app.publish(topic, { data: "on" });
      assert.deepEqual(await reader.data(1), ["on"]);
      assert.ok(!happenings.some(({ kind }) => kind.includes("error")));
    },
  },
  {
    id: "HTTP-09",
    level: "MUST",
    promise:
      "A thousand requests sent on behind an open stream leave nothing behind, and disturb no other reader.",
    needs: ["http/1.1", "backlog"],
    async run(app) {
      for (const path of ["/topics", "/send", "/nowhere"]) {
        const [topic, name] = [app.name(), app.name()];
        const neighbour = await app.subscribed(`/topics?topic=${topic}`);
        const connection = await app.connect();
        connection.ask(`GET /topics?topic=${topic}&name=${name} HTTP/1.1`);
        await connection.until("checkpoint");
        const ahead = Array.from(
          { length: 1_000 },
          (_, at) =>
            `GET ${path}?topic=${topic}&comment=x&name=${name}-${at} HTTP/1.1\r\nhost: localhost\r\n\r\n`,
        );
        connection.write(ahead.join(""));
        await app.publish(topic, { data: "x".repeat(10_000) }, { data: "on" });
        assert.equal((await neighbour.data(2))[1], "on", path);
        connection.destroy();
        assert.equal((await app.told("close", name))["reason"], "left");
        for (const { kind, name: one } of (await app.happenings()).happenings)
          if (kind === "open" && one?.startsWith(`${name}-`) === true) await app.told("close", one);
        neighbour.leave();
      }
    },
  },
  {
    id: "HTTP-10",
    level: "MUST",
    promise:
      "What is asked behind an open stream, on its connection, is answered after its end, never into it.",
    needs: ["http/1.1", "pipelining"],
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const connection = await app.connect();
      connection.ask(`GET /topics?topic=${topic}&name=${name} HTTP/1.1`);
      await connection.until("checkpoint");
      connection.ask("GET /control HTTP/1.1");
      for (const data of ["x".repeat(20_000), "first", "last"]) await app.publish(topic, { data });
      await connection.until("last\n\n");
      await app.end(name);
      const body = await connection.answered();
      assert.ok(body.endsWith("data: last\n\n"));
      assert.equal(body.match(/^data: /gm)?.length, 4);
      await connection.until('"happenings":');
      assert.match(connection.text, /\r\n0\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    },
  },
];
