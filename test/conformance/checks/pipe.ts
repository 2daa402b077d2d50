import assert from "node:assert/strict";
import type { Check } from "../check.ts";

/** Streams that end when their source ends. */
export const pipe: readonly Check[] = [
  {
    id: "PIPE-01",
    level: "MUST",
    promise: "On GET a piped stream ends with an event `end`, id `~end`, and the last chunk.",
    async run(app) {
      const name = app.name();
      const reader = await app.open(`/pipe?count=2&name=${name}`);
      assert.equal(await reader.ended(), "clean");
      assert.equal(
        reader.text,
        "event: item\ndata: 0\n\nevent: item\ndata: 1\n\nid: ~end\nevent: end\ndata: \n\n",
      );
      const { reason, clean, events } = await app.told("close", name);
      assert.deepEqual({ reason, clean, events }, { reason: "ended", clean: true, events: 2 });
    },
  },
  {
    id: "PIPE-02",
    level: "MUST",
    promise: "Who comes back with `~end` is answered 204, and the source is not touched.",
    async run(app) {
      const name = app.name();
      for (const [path, headers] of [
        [`/pipe?name=${name}`, { "last-event-id": "~end" }],
        [`/pipe?name=${name}&lastEventId=~end`, {}],
      ] as const) {
        const reply = await app.ask(path, { headers });
        assert.equal(reply.status, 204);
        assert.equal(reply.text, "");
        assert.equal(reply.headers["content-type"], undefined);
      }
      assert.deepEqual(
        (await app.happenings()).happenings.map(({ kind }) => kind),
        [],
      );
    },
  },
  {
    id: "PIPE-03",
    level: "MUST",
    promise: "On POST there is no `end` event: the body is the source's events and nothing else.",
    async run(app) {
      const reader = await app.open("/pipe?count=2", { method: "POST", body: "{}" });
      assert.equal(await reader.ended(), "clean");
      assert.equal(reader.text, "event: item\ndata: 0\n\nevent: item\ndata: 1\n\n");
    },
  },
  {
    id: "PIPE-04",
    level: "MUST",
    promise:
      "A source may be an array, a generator, a web or Node stream, or a function that gives one, soon or later.",
    async run(app) {
      for (const kind of ["array", "generator", "web", "node", "function", "promise"]) {
        const reader = await app.open(`/pipe?kind=${kind}&count=4`);
        assert.equal(await reader.ended(), "clean", kind);
        assert.deepEqual(
          reader.events.map(({ data }) => data),
          ["0", "1", "2", "3", ""],
          kind,
        );
      }
    },
  },
  {
    id: "PIPE-05",
    level: "MUST",
    promise: "When the reader leaves the source is cancelled, even while it is being waited for.",
    async run(app) {
      for (const [kind, how] of [
        ["waits", "aborted"],
        ["stuck", "cancelled"],
      ] as const) {
        const name = app.name();
        const reader = await app.open(`/pipe?kind=${kind}&name=${name}`);
        await reader.data(1);
        reader.leave();
        assert.equal((await app.told("source", name))["how"], how, kind);
        assert.equal((await app.told("close", name))["reason"], "left", kind);
      }
      const { happenings } = await app.happenings();
      assert.ok(!happenings.some(({ kind }) => kind.includes("error")), "a reader that leaves is no error");
    },
  },
  {
    id: "PIPE-06",
    level: "MUST",
    promise:
      "A generator, a web stream and a Node stream are cancelled too, at their next event at the latest.",
    async run(app) {
      for (const kind of ["generator", "web", "node"]) {
        const name = app.name();
        const reader = await app.open(`/pipe?kind=${kind}&count=1000000&size=1000&name=${name}`);
        await reader.data(10);
        reader.leave("reset");
        const { how, pulled } = await app.told("source", name);
        assert.equal(how, "cancelled", kind);
        assert.ok(Number(pulled) < 1_000_000, kind);
      }
    },
  },
  {
    id: "PIPE-07",
    level: "MUST",
    promise: "A source that throws ends the stream without `end`; its text never reaches the wire.",
    async run(app) {
      for (const kind of ["throws", "function-throws", "bad-event"]) {
        const name = app.name();
        const reader = await app.open(`/pipe?kind=${kind}&count=2&name=${name}`);
        await reader.ended();
        assert.ok(!reader.text.includes("SECRET"), kind);
        assert.ok(!reader.text.includes("~end"), `${kind}: a reader may come back for the rest`);
        assert.equal((await app.told("close", name))["reason"], "error", kind);
        const { code, cause } = await app.told("error", name);
        if (kind === "bad-event") assert.equal(code, "BAD_EVENT_NAME");
        else {
          assert.equal(code, "APPLICATION_FAILED", kind);
          assert.equal(cause, "SECRET of the application", kind);
        }
      }
    },
  },
  {
    id: "PIPE-08",
    level: "MUST",
    promise: "A reader that does not read stops the source: memory is bounded.",
    options: { hub: { stallTimeout: 250 } },
    async run(app) {
      const name = app.name();
      const total = 4_096;
      const reader = await app.open(`/pipe?kind=generator&count=${total}&size=65536&name=${name}`);
      reader.pause();
      const { how, pulled } = await app.told("source", name);
      assert.equal(how, "cancelled");
      // What went beyond one event is in the kernel's buffers, not in the process.
      assert.ok(Number(pulled) < total / 4, `${String(pulled)} of ${total} events were pulled`);
      assert.equal((await app.told("close", name))["reason"], "stalled");
    },
  },
  {
    id: "PIPE-09",
    level: "MUST",
    promise: "A slow reader of a long source gets all of it.",
    async run(app) {
      const reader = await app.open("/pipe?kind=generator&count=400&size=20000");
      for (let at = 1; at <= 400; at += 100) {
        reader.pause();
        // Another request goes all the way, so the source has had its time to run ahead.
        await app.happenings();
        reader.resume();
        await reader.data(at);
      }
      assert.equal(await reader.ended(), "clean");
      assert.deepEqual(
        reader.events.map(({ data }) => data.split(":", 1)[0]),
        [...Array.from({ length: 400 }, (_, at) => `${at}`), ""],
      );
    },
  },
];
