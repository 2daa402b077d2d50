import assert from "node:assert/strict";
import type { Check } from "../check.ts";
import type { App, Reply } from "../client/app.ts";
import { Watch } from "../client/within.ts";

/** What an EventSource sends, and what is not one. */
const NATIVE = { accept: "text/event-stream" };

/** One client among several behind a proxy. */
function from(address: string): { headers: Record<string, string> } {
  return { headers: { "x-forwarded-for": address } };
}

function assertRefused(reply: Reply, status: number, code: string): void {
  assert.equal(reply.status, status, reply.text);
  assert.deepEqual(JSON.parse(reply.text), { code });
  if (status === 403) return;
  assert.match(String(reply.headers["retry-after"]), /^[1-9]\d*$/);
}

/** Sees a native reader off: 200, when to come back, and the end. */
async function assertSentAway(app: App, path: string, [least, most]: readonly number[]): Promise<void> {
  const reader = await app.open(path, { headers: NATIVE });
  assert.equal(reader.status, 200);
  assert.equal(reader.headers["content-type"], "text/event-stream");
  assert.equal(await reader.ended(), "clean");
  assert.deepEqual(
    reader.events.map(({ event, data }) => [event, data]),
    [["reconnect", '{"reason":"refused"}']],
  );
  const [retry = Number.NaN] = reader.retries;
  assert.ok(retry >= (least ?? 0) && retry <= (most ?? 0), `retry: ${retry}`);
}

/** Who may open a stream, and how the others are told. */
export const admission: readonly Check[] = [
  {
    id: "ADMIT-01",
    level: "MUST",
    promise:
      "At capacity a native reader gets 200, a jittered `retry`, an event `reconnect` and a clean end.",
    options: { hub: { limits: { streams: 1 }, retry: [1_000, 900_000] } },
    async run(app) {
      await app.subscribed("/topics?topic=t");
      for (const path of ["/topics?topic=t", "/send?comment=open", "/fed?feed=f"])
        await assertSentAway(app, path, [1_000, 900_000]);
      const retries = new Set<number>();
      for (let at = 0; at < 5; at++) {
        const reader = await app.open("/topics?topic=t", { headers: NATIVE });
        await reader.ended();
        for (const retry of reader.retries) retries.add(retry);
      }
      assert.ok(retries.size > 1, "each is told another time");
    },
  },
  {
    id: "ADMIT-02",
    level: "MUST",
    promise: "An EventSource that found the house full gets in by itself when somebody leaves.",
    options: { hub: { limits: { streams: 1 }, retry: [1, 20] } },
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const guest = await app.subscribed(`/topics?topic=${topic}&name=${name}`);
      const watch = new Watch();
      const source = app.eventSource(`/topics?topic=${topic}`);
      let refused = 0;
      const got: string[] = [];
      let checkpoints = 0;
      source.addEventListener("reconnect", () => {
        refused++;
        watch.changed();
      });
      source.addEventListener("checkpoint", () => {
        checkpoints++;
        watch.changed();
      });
      source.onmessage = ({ data }: { data: string }) => {
        got.push(data);
        watch.changed();
      };
      const until = (what: string, is: () => boolean) =>
        watch.until(
          () => (is() ? true : undefined),
          () => what,
        );
      try {
        await until("two refusals", () => refused >= 2);
        guest.leave();
        await until("a stream", () => checkpoints > 0);
        await app.publish(topic, { data: "in" });
        await until("an event", () => got.length > 0);
        assert.deepEqual(got, ["in"]);
      } finally {
        source.close();
      }
    },
  },
  {
    id: "ADMIT-03",
    level: "MUST",
    promise: "Other readers get 503 with `Retry-After`, through the framework's own error handling.",
    options: { hub: { limits: { streams: 1 } } },
    async run(app) {
      await app.subscribed("/topics?topic=t");
      for (const accept of ["*/*", "application/json", "text/event-stream, */*"]) {
        for (const path of ["/topics?topic=t", "/send?comment=open", "/fed?feed=f"])
          assertRefused(await app.ask(path, { headers: { accept } }), 503, "LIMITED");
      }
      assertRefused(await app.ask("/send?comment=x", { method: "POST", headers: NATIVE }), 503, "LIMITED");
    },
  },
  {
    id: "ADMIT-04",
    level: "MUST",
    promise: "`whenRefused` gives all readers the status, or all of them the stream that sends them away.",
    options: { hub: { limits: { streams: 0 }, whenRefused: "status" } },
    async run(app) {
      for (const headers of [NATIVE, { accept: "*/*" }])
        assertRefused(await app.ask("/topics?topic=t", { headers }), 503, "LIMITED");
    },
  },
  {
    id: "ADMIT-05",
    level: "MUST",
    promise: "`streamsPerClient` holds for each client by itself (429), counted behind the trusted proxies.",
    options: { hub: { limits: { streamsPerClient: 1 }, trustedProxies: 1 } },
    async run(app) {
      const path = "/topics?topic=t";
      const name = app.name();
      const first = await app.subscribed(`${path}&name=${name}`, from("10.0.0.1"));
      // What stands left of the proxy's own entry is the client's claim.
      for (const chain of ["10.0.0.1", "10.9.9.9, 10.0.0.1"])
        assertRefused(await app.ask(path, from(chain)), 429, "LIMITED");
      await app.subscribed(path, from("10.0.0.2"));
      first.leave();
      await app.told("close", name);
      await app.subscribed(path, from("10.0.0.1"));
    },
  },
  {
    id: "ADMIT-06",
    level: "MUST",
    promise: "`opensPerMinute` holds for each client (429), and `Retry-After` says when it may open another.",
    options: { hub: { limits: { opensPerMinute: 3 }, trustedProxies: 1 } },
    async run(app) {
      const path = "/send?comment=open&close=1";
      for (let at = 0; at < 3; at++) assert.equal((await app.ask(path, from("10.0.0.1"))).status, 200);
      const reply = await app.ask(path, from("10.0.0.1"));
      assertRefused(reply, 429, "LIMITED");
      // A third of a minute, less what has passed.
      assert.ok(Number(reply.headers["retry-after"]) <= 20, "one of three in a minute comes in 20 seconds");
      assert.equal((await app.ask(path, from("10.0.0.2"))).status, 200);
    },
  },
  {
    id: "ADMIT-07",
    level: "MUST",
    promise: "`readersPerTopic` and `topicsPerStream` hold for every stream, by 503 and 429.",
    options: { hub: { limits: { readersPerTopic: 2, topicsPerStream: 2 } } },
    async run(app) {
      const [topic, name] = [app.name(), app.name()];
      const first = await app.subscribed(`/topics?topic=${topic}&name=${name}`);
      await app.subscribed(`/topics?topic=${topic}&topic=other`);
      assertRefused(await app.ask(`/topics?topic=${topic}`), 503, "LIMITED");
      await assertSentAway(app, `/topics?topic=${topic}`, [1_000, 5_000]);
      await app.subscribed("/topics?topic=other");
      assertRefused(await app.ask("/topics?topic=1&topic=2&topic=3"), 429, "LIMITED");
      first.leave();
      await app.told("close", name);
      await app.subscribed(`/topics?topic=${topic}`);
      assert.equal((await app.happenings()).open, 3);
    },
  },
  {
    id: "ADMIT-08",
    level: "MUST",
    promise: "An `Origin` or `Referer` that is not on its list is refused with 403, native or not.",
    options: { hub: { origins: ["https://good.example"], referers: ["https://good.example/page"] } },
    async run(app) {
      const foreign: readonly Record<string, string>[] = [
        { origin: "https://evil.example" },
        { origin: "null" },
        { origin: "https://good.example.evil.example" },
        { origin: "https://good.example", referer: "https://evil.example/" },
      ];
      for (const headers of foreign) {
        assertRefused(await app.ask("/topics?topic=t", { headers }), 403, "FORBIDDEN");
        const native = await app.ask("/topics?topic=t", { headers: { ...headers, ...NATIVE } });
        assertRefused(native, 403, "FORBIDDEN");
      }
      await app.subscribed("/topics?topic=t", { headers: { origin: "https://good.example" } });
      // No page has sent it.
      await app.subscribed("/topics?topic=t");
    },
  },
  {
    id: "ADMIT-09",
    level: "MUST",
    promise: "Limits can be changed while running; streams that are open are left alone.",
    async run(app) {
      const topic = app.name();
      const reader = await app.subscribed(`/topics?topic=${topic}`);
      await app.subscribed(`/topics?topic=${topic}`);
      await app.limit({ streams: 1 });
      assertRefused(await app.ask(`/topics?topic=${topic}`), 503, "LIMITED");
      await app.publish(topic, { data: "still" });
      assert.deepEqual(await reader.data(1), ["still"]);
      await app.limit({ streams: 3 });
      await app.subscribed(`/topics?topic=${topic}`);
      const bad = await app.ask("/control/limit", { method: "POST", body: '{"strems":1}' });
      assert.deepEqual(JSON.parse(bad.text), { code: "BAD_OPTION" });
    },
  },
  {
    id: "ADMIT-10",
    level: "MUST",
    promise:
      "A reader that is refused opens no stream, counts for no limit and is no error; the observer hears why.",
    options: { hub: { limits: { streams: 2, streamsPerClient: 1 } } },
    async run(app) {
      const name = app.name();
      const reader = await app.subscribed(`/topics?topic=t&name=${name}`);
      for (let at = 0; at < 20; at++) {
        assert.equal((await app.ask("/topics?topic=t")).status, 429);
        assert.equal((await app.ask("/topics?topic=t", { headers: NATIVE })).status, 200);
      }
      const { happenings, open } = await app.happenings();
      assert.equal(open, 1);
      const refused = Array.from({ length: 40 }, () => ["refuse", "LIMITED"]);
      assert.deepEqual(
        happenings.map(({ kind, ...details }) => [kind, details["code"]]),
        [["open", undefined], ...refused],
      );
      reader.leave();
      await app.told("close", name);
      await app.subscribed("/topics?topic=t");
    },
  },
];
