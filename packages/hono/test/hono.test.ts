import { type ClosedStreamRecord, Hub, type Log, SseError } from "@longwave/core";
import { sse } from "@longwave/hono";
import { Hono } from "hono";
import { expect, test } from "vitest";

const away: Log = {
  append: () => Promise.reject(new Error("SECRET")),
  follow: () => Promise.reject(new Error("SECRET")),
  after: () => Promise.reject(new Error("SECRET")),
  close: () => Promise.resolve(),
};

/** The first bytes of a body, as text, after which its reader leaves. */
async function first(response: Response, chunks = 1): Promise<string> {
  const reader = response.body?.getReader();
  let text = "";
  for (let at = 0; at < chunks; at++) text += new TextDecoder().decode((await reader?.read())?.value);
  await reader?.cancel();
  return text;
}

test("opened: the answer is the stream, and it goes on after the callback has returned", async () => {
  const events = sse();
  const app = new Hono().get("/", (c) => events(c, (stream) => stream.subscribe("a")));
  const response = await app.request("/");
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  await events.publish("a", { data: "later" });
  expect(await first(response, 2)).toMatch(
    /^id: \S+\nevent: checkpoint\ndata: \n\nid: \S+\ndata: later\n\n$/,
  );
});

test("returned a Response: that is the answer", async () => {
  const events = sse();
  const app = new Hono().get("/", (c) => events(c, (stream) => c.json({ state: stream.state }, 401)));
  const response = await app.request("/");
  expect(response.status).toBe(401);
  expect(await response.json()).toEqual({ state: "new" });
  expect(events.streams.size).toBe(0);
});

test("threw: to app.onError, with the very error", async () => {
  const thrown = new Error("SECRET");
  const heard: unknown[] = [];
  const events = sse();
  const app = new Hono();
  app.get("/", (c) =>
    events(c, () => {
      throw thrown;
    }),
  );
  app.onError((error, c) => {
    heard.push(error);
    return c.text("sorry", 500);
  });
  const response = await app.request("/");
  expect(response.status).toBe(500);
  expect(await response.text()).toBe("sorry");
  expect(heard).toEqual([thrown]);
});

test("returned without opening: NOT_OPENED, a clear error", async () => {
  const heard: unknown[] = [];
  const events = sse();
  const app = new Hono();
  app.get("/", (c) => events(c, () => {}));
  app.get("/async", (c) => events(c, async () => "a string is no answer"));
  app.onError((error, c) => {
    heard.push(error instanceof SseError && error.code);
    return c.text("sorry", 500);
  });
  for (const path of ["/", "/async"]) expect((await app.request(path)).status).toBe(500);
  expect(heard).toEqual(["NOT_OPENED", "NOT_OPENED"]);
});

test("threw after opening: the stream ends, the observer hears, the reader does not", async () => {
  const heard: unknown[] = [];
  const events = sse({
    observer: { error: ({ code, cause }) => heard.push(code, (cause as Error).message) },
  });
  const app = new Hono();
  app.get("/", (c) =>
    events(c, async (stream) => {
      stream.send({ data: "begun" });
      await Promise.resolve();
      throw new Error("SECRET");
    }),
  );
  const response = await app.request("/");
  expect(response.status).toBe(200);
  expect(await response.text()).toBe("data: begun\n\n");
  expect(heard).toEqual(["APPLICATION_FAILED", "SECRET"]);
});

test("an error before the head is Hono's to answer: by getResponse without an onError, with status and headers", async () => {
  const events = sse({ log: away, observer: { error: () => {} } });
  const app = new Hono();
  app.get("/awaited", (c) => events(c, (stream) => stream.subscribe("a")));
  app.get("/not", (c) =>
    events(c, (stream) => {
      void stream.subscribe("a");
    }),
  );
  for (const path of ["/awaited", "/not"]) {
    const response = await app.request(path);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.text()).not.toContain("SECRET");
  }
});

test("headers by c.header and by middleware are kept, before and inside the helper", async () => {
  const events = sse();
  const app = new Hono();
  app.use(async (c, next) => {
    c.header("x-before", "1");
    await next();
    c.header("x-after", "2");
  });
  app.get("/", (c) => {
    c.header("x-own", "3");
    return events(c, (stream) => {
      c.header("x-inside", "4");
      stream.send({ data: 1 });
      stream.close();
    });
  });
  const { headers } = await app.request("/");
  expect(["x-before", "x-after", "x-own", "x-inside"].map((name) => headers.get(name))).toEqual([
    "1",
    "2",
    "3",
    "4",
  ]);
  expect(headers.get("cache-control")).toBe("no-cache, no-transform");
});

test("nested apps and base paths: the record has the whole URL, and query aliases work", async () => {
  const closed: ClosedStreamRecord[] = [];
  const events = sse({ observer: { close: (record) => closed.push(record) } });
  const inner = new Hono().get("/prices/:symbol", (c) =>
    events(c, async (stream) => {
      await stream.subscribe(`prices/${c.req.param("symbol")}`);
      stream.close();
    }),
  );
  const app = new Hono().route("/api", new Hono().route("/v1", inner));
  const response = await app.request("http://localhost/api/v1/prices/ACME?lastEventId=gone.7");
  expect(await response.text()).toContain("event: gap");
  expect(closed.map(({ url, topics }) => [new URL(url).pathname, topics])).toEqual([
    ["/api/v1/prices/ACME", ["prices/ACME"]],
  ]);
});

test("a reader that leaves: by its request's signal, or by cancelling the body", async () => {
  const reasons: string[] = [];
  const events = sse({ observer: { close: ({ reason }) => reasons.push(reason) } });
  const app = new Hono().get("/", (c) => events(c, (stream) => stream.subscribe("a")));
  const controller = new AbortController();
  const aborted = await app.request("/", { signal: controller.signal });
  controller.abort();
  // Whether the body fails or ends is the runtime's affair.
  await aborted.text().catch(() => "");
  await (await app.request("/")).body?.cancel();
  expect(reasons).toEqual(["left", "left"]);
  expect(events.streams.size).toBe(0);
});

test("HEAD has no body and leaves no stream; who has had the end is answered 204", async () => {
  const events = sse();
  let runs = 0;
  const app = new Hono().get("/", (c) =>
    events(c, (stream) =>
      stream.pipe(() => {
        runs++;
        return [{ data: 1 }];
      }),
    ),
  );
  const head = await app.request("/", { method: "HEAD" });
  expect(head.status).toBe(200);
  expect(head.headers.get("content-type")).toBe("text/event-stream");
  expect(head.body).toBeNull();
  const again = await app.request("/", { headers: { "last-event-id": "~end" } });
  expect(again.status).toBe(204);
  expect(again.body).toBeNull();
  expect(runs).toBe(0);
  expect(await (await app.request("/")).text()).toBe("data: 1\n\nid: ~end\nevent: end\ndata: \n\n");
});

test("a body is as slow as its reader: a source is not read ahead of it", async () => {
  let pulled = 0;
  const events = sse();
  const app = new Hono().get("/", (c) =>
    events(c, (stream) =>
      stream.pipe(
        (function* () {
          for (; pulled < 10_000; pulled++) yield { data: "x".repeat(10_000) };
        })(),
      ),
    ),
  );
  const response = await app.request("/");
  await first(response, 3);
  expect(pulled).toBeLessThan(20);
});

test("a shared hub takes no other option, and typed events are the hub's", async () => {
  const hub = new Hub<{ tick: { price: number } }>();
  const events = sse({ hub });
  expect(events.hub).toBe(hub);
  expect(() => sse({ hub, heartbeat: 1 } as never)).toThrow("A shared hub has its options already");
  const app = new Hono().get("/", (c) => events(c, (stream) => stream.subscribe("a", { from: "start" })));
  await events.publish("a", { event: "tick", data: { price: 1 } });
  expect(await first(await app.request("/"), 2)).toContain('event: tick\ndata: {"price":1}\n\n');
});

test("a status that the application set is kept", async () => {
  const events = sse();
  const app = new Hono().get("/", (c) => {
    c.status(202);
    return events(c, (stream) => stream.pipe([{ data: 1 }]));
  });
  expect((await app.request("/")).status).toBe(202);
});
