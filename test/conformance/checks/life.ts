import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import { soon, Watch } from "../client/within.ts";

/** How long a stream lives, and every way in which it ends. */
export const life: readonly Check[] = [
  {
    id: "LIFE-01",
    level: "MUST",
    promise: "A stream goes on after its handler has returned.",
    async run(app) {
      for (const path of ["/topics", "/topics-and-return"]) {
        const topic = app.name();
        const reader = await app.subscribed(`${path}?topic=${topic}`);
        for (const data of ["a", "b"]) await app.publish(topic, { data });
        assert.deepEqual(await reader.data(2), ["a", "b"], path);
      }
    },
  },
  {
    id: "LIFE-02",
    level: "MUST",
    promise: "`close()` ends the stream with its last chunk; what was sent before still arrives.",
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/send?comment=open&name=${name}`);
      await reader.commented(1);
      reader.pause();
      await app.sendTo(name, { data: "x".repeat(500_000) }, { data: "last" });
      await app.end(name);
      reader.resume();
      assert.equal(await reader.ended(), "clean");
      assert.equal((await reader.data(2))[1], "last");
      const { reason, clean } = await app.told("close", name);
      assert.deepEqual({ reason, clean }, { reason: "closed", clean: true });
    },
  },
  {
    id: "LIFE-03",
    level: "MUST",
    promise: "A reader that leaves is noticed: by FIN and by RST, and its stream is let go.",
    async run(app) {
      for (const how of [undefined, "reset"] as const) {
        const name = app.name();
        const reader = await app.subscribed(`/topics?topic=${app.name()}&name=${name}`);
        reader.leave(how);
        const { reason, clean } = await app.told("close", name);
        assert.deepEqual({ reason, clean }, { reason: "left", clean: false });
      }
      assert.equal((await app.happenings()).open, 0);
    },
  },
  {
    id: "LIFE-04",
    level: "MUST",
    promise: "Forty readers that leave, half of them by RST, cause no error of the application.",
    async run(app) {
      const topic = app.name();
      const names = Array.from({ length: 40 }, () => app.name());
      for (const [at, name] of names.entries()) {
        const reader = await app.subscribed(`/topics?topic=${topic}&name=${name}`);
        // Some leave while an event is under way.
        const published = at % 4 < 2 ? app.publish(topic, { data: "x".repeat(10_000) }) : undefined;
        reader.leave(at % 2 === 0 ? "reset" : undefined);
        await published;
        assert.equal((await app.told("close", name))["reason"], "left");
      }
      const { happenings, open } = await app.happenings();
      assert.deepEqual(
        happenings.filter(({ kind }) => kind.includes("error")),
        [],
      );
      assert.equal(open, 0);
    },
  },
  {
    id: "LIFE-05",
    level: "MUST",
    promise: "`hub.close()` ends every stream with its last chunk, and the server can be closed afterwards.",
    async run(app, fixture) {
      const name = app.name();
      const readers = [
        await app.subscribed(`/topics?topic=${app.name()}&name=${name}`),
        await app.open("/pipe?kind=waits"),
        await app.open("/send?comment=hello"),
      ];
      await fixture.close();
      for (const reader of readers) assert.equal(await reader.ended(), "clean");
    },
  },
  {
    id: "LIFE-06",
    level: "MUST",
    promise:
      "After `hub.close()` a new stream is refused with 503 and `Retry-After`, and `publish` with a code.",
    async run(app) {
      const name = app.name();
      const reader = await app.subscribed(`/topics?topic=t&name=${name}`);
      await app.closeHub();
      assert.equal(await reader.ended(), "clean");
      assert.equal((await app.told("close", name))["reason"], "shutdown");
      const stream = await app.ask("/topics?topic=t");
      assert.equal(stream.status, 503);
      // As late as readers that are sent away may be told to come back, in seconds.
      assert.equal(stream.headers["retry-after"], "5");
      const publication = await app.ask("/publish/t", { method: "POST", body: '{"data":1}' });
      assert.deepEqual(JSON.parse(publication.text), { code: "HUB_CLOSED" });
    },
  },
  {
    id: "LIFE-07",
    level: "MUST",
    promise: "The record of a stream that is over has its topics, events, bytes, address and user agent.",
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const path = `/topics?topic=${topic}&name=${name}`;
      const reader = await app.subscribed(path, { headers: { "user-agent": "check/1" } });
      await app.publish(topic, { data: 1 }, { data: 2 });
      await reader.data(2);
      await app.end(name);
      assert.equal(await reader.ended(), "clean");
      const record = await app.told("close", name);
      assert.equal(record["reason"], "closed");
      assert.equal(record["clean"], true);
      assert.deepEqual(record["topics"], [topic]);
      assert.equal(record["events"], 2);
      assert.equal(record["bytes"], Buffer.byteLength(reader.text));
      assert.equal(record["userAgent"], "check/1");
      assert.match(String(record["address"]), /127\.0\.0\.1$/);
      assert.ok(String(record["url"]).endsWith(path));
    },
  },
  {
    id: "LIFE-08",
    level: "MUST",
    promise:
      "A stream that was let go keeps no other waiting: neighbours of a reader that left get everything.",
    async run(app) {
      const topic = app.name();
      const readers = await Promise.all(
        Array.from({ length: 10 }, () => app.subscribed(`/topics?topic=${topic}`)),
      );
      for (const [at, reader] of readers.entries()) if (at % 2 === 0) reader.leave("reset");
      await app.publish(topic, ...Array.from({ length: 100 }, (_, data) => ({ data })));
      for (const [at, reader] of readers.entries())
        if (at % 2 === 1) assert.equal((await reader.data(100)).length, 100);
    },
  },
  {
    id: "LIFE-09",
    level: "MUST",
    promise: "A server's own timeout of quiet sockets does not cut a stream.",
    needs: ["socket-timeout"],
    options: { socketTimeout: 60, hub: { heartbeat: false } },
    async run(app) {
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      // A plain connection from the same server shows when the timeout has come.
      const quiet = await app.connect();
      await quiet.ended();
      const later = await app.connect();
      await later.ended();
      await app.publish(topic, { data: "still here" });
      assert.deepEqual(await reader.data(1), ["still here"]);
    },
  },
  {
    id: "LIFE-10",
    level: "MUST",
    promise: "A reader that leaves is seen within 100 ms, by FIN and by RST, on every kind of stream.",
    async run(app) {
      for (const path of [`/topics?topic=${app.name()}`, "/pipe?kind=waits", "/send?comment=open"]) {
        for (const how of [undefined, "reset"] as const) {
          await soon(
            async () => {
              const name = app.name();
              const reader = await app.open(`${path}&name=${name}`);
              await reader.holds("\n");
              const seen = app.told("close", name);
              const since = performance.now();
              reader.leave(how);
              assert.equal((await seen)["reason"], "left");
              return performance.now() - since;
            },
            `${path} (${how ?? "end"})`,
          );
        }
      }
    },
  },
  {
    id: "CLIENT-01",
    level: "MUST",
    promise: "An EventSource that is cut comes back by itself and has every event once, in order.",
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const got: string[] = [];
      const watch = new Watch();
      const source = app.eventSource(`/send-then-topics?events=[{"retry":1}]&topic=${topic}&name=${name}`);
      source.onmessage = ({ data }: { data: string }) => {
        got.push(data);
        watch.changed();
      };
      let checkpoints = 0;
      source.addEventListener("checkpoint", () => {
        checkpoints++;
        watch.changed();
      });
      const reached = (what: string, is: () => boolean) =>
        watch.until(
          () => (is() ? true : undefined),
          () => `${what}; it has ${got.join()}`,
        );
      try {
        for (let round = 0; round < 4; round++) {
          await reached(`visit ${round + 1}`, () => checkpoints > round);
          await app.publish(topic, { data: `live ${round}` });
          await reached("an event", () => got.at(-1) === `live ${round}`);
          await app.end(name);
          await app.publish(topic, { data: `missed ${round}` });
        }
        await reached("the last", () => got.length === 8);
        assert.deepEqual(
          got,
          [0, 1, 2, 3].flatMap((round) => [`live ${round}`, `missed ${round}`]),
        );
      } finally {
        source.close();
      }
    },
  },
  {
    id: "CLIENT-02",
    level: "MUST",
    promise: "An EventSource that has had the end of a pipe does not run the source again.",
    async run(app) {
      const name = app.name();
      const watch = new Watch();
      const source = app.eventSource(`/pipe?count=1&retry=1&name=${name}`);
      let ends = 0;
      let gone = false;
      source.addEventListener("end", () => ends++);
      source.addEventListener("error", () => {
        gone = source.readyState === source.CLOSED;
        watch.changed();
      });
      try {
        await watch.until(
          () => (gone ? true : undefined),
          () => "that it gives up",
        );
        assert.equal(ends, 1);
        const { happenings } = await app.happenings();
        assert.equal(happenings.filter(({ kind }) => kind === "source").length, 1);
      } finally {
        source.close();
      }
    },
  },
];
