import { type ClosedStreamRecord, Hub, type Log, SseError } from "@longwave/core";
import { sse } from "@longwave/express";
import express, { type ErrorRequestHandler, type Express, Router } from "express";
import request from "supertest";
import { expect, onTestFinished, test, vi } from "vitest";
import { reading } from "../../../test/src/support/reading.ts";

/** A log that is away, as one on another machine can be. */
const away: Log = {
  append: () => Promise.reject(new Error("SECRET")),
  follow: () => Promise.reject(new Error("SECRET")),
  after: () => Promise.reject(new Error("SECRET")),
  close: () => Promise.resolve(),
};

/** Answers errors as JSON, and keeps them. */
function answering(heard: unknown[]): ErrorRequestHandler {
  return (error: { status?: number; code?: string }, _request, response, next) => {
    heard.push(error);
    if (response.headersSent) next(error);
    else response.status(error.status ?? 500).json({ code: error.code ?? "INTERNAL" });
  };
}

test("a route subscribes, and its reader gets what is published", async () => {
  const events = sse();
  const app = express().use(events);
  app.get("/prices", (_request, response) => {
    void response.sse.subscribe("prices");
  });
  await events.publish("prices", { event: "tick", data: { price: 11 } });
  const answer = request(app).get("/prices?lastEventId=none").buffer(true).parse(reading(3));
  await expect(answer).resolves.toMatchObject({
    status: 200,
    body: [expect.stringMatching(/^gap/), "checkpoint", 'tick {"price":11}'],
  });
  await events.close();
});

test("reading properties opens nothing: the route answers as it likes", async () => {
  const app = express().use(sse());
  app.get("/", (_request, response) => {
    const { state, id, lastEventId, signal, topics } = response.sse;
    response
      .status(401)
      .json({ state, id: typeof id, lastEventId, aborted: signal.aborted, topics: topics.size });
  });
  const { status, body } = await request(app).get("/").set("last-event-id", "x.1");
  expect(status).toBe(401);
  expect(body).toEqual({ state: "new", id: "string", lastEventId: "x.1", aborted: false, topics: 0 });
});

test("a route without the middleware's stream costs nothing and is untouched", async () => {
  const events = sse();
  const app = express().use(events);
  app.get("/", (_request, response) => response.json({ plain: true }));
  const { body, headers } = await request(app).get("/");
  expect(body).toEqual({ plain: true });
  expect(headers["cache-control"]).toBeUndefined();
  expect(events.streams.size).toBe(0);
});

test("what a verb throws before the head goes to the error handler, from sync and async handlers", async () => {
  const heard: unknown[] = [];
  const app = express().use(sse());
  app.get("/sync", (_request, response) => {
    response.sse.send({ event: "a\nb" });
  });
  app.get("/async", async (_request, response) => {
    await Promise.resolve();
    await response.sse.subscribe([]);
  });
  app.use(answering(heard));
  expect((await request(app).get("/sync")).body).toEqual({ code: "BAD_EVENT_NAME" });
  expect((await request(app).get("/async")).body).toEqual({ code: "BAD_TOPIC" });
  expect(heard).toHaveLength(2);
  expect(heard[0]).toBeInstanceOf(SseError);
});

test("a log that is away is next(error): 503 by the error handler, once, awaited or not", async () => {
  const heard: unknown[] = [];
  const app = express().use(sse({ log: away, observer: { error: () => {} } }));
  app.get("/awaited", (_request, response) => response.sse.subscribe("a"));
  app.get("/not", (_request, response) => {
    void response.sse.subscribe("a");
  });
  app.use(answering(heard));
  for (const path of ["/awaited", "/not"]) {
    const { status, body } = await request(app).get(path);
    expect(status).toBe(503);
    expect(body).toEqual({ code: "LOG_FAILED" });
  }
  expect(heard).toHaveLength(2);
});

test("Express's own error handler answers with status and headers of the error, and with no text of the cause", async () => {
  const app = express().set("env", "production");
  app.use(sse({ log: away, observer: { error: () => {} } }));
  app.get("/", (_request, response) => {
    void response.sse.subscribe("a");
  });
  const { error } = console;
  onTestFinished(() => {
    console.error = error;
  });
  const printed = new Promise((resolve) => {
    console.error = resolve;
  });
  const { status, headers, text } = await request(app).get("/");
  expect(status).toBe(503);
  expect(headers["retry-after"]).toBe("1");
  expect(text).toContain("Service Unavailable");
  expect(text).not.toContain("SECRET");
  await printed;
});

test("nested routers and mount points: the record has the whole URL, and query aliases work", async () => {
  const closed: ClosedStreamRecord[] = [];
  const events = sse({ observer: { close: (record) => closed.push(record) } });
  const router = Router().get("/prices/:symbol", async (request, response) => {
    await response.sse.subscribe(`prices/${request.params.symbol}`);
    response.sse.close();
  });
  const app = express().use(events).use("/api", Router().use("/v1", router));
  const { text } = await request(app).get("/api/v1/prices/ACME?lastEventId=gone.7");
  expect(text).toContain("event: gap");
  expect(closed.map(({ url, topics }) => ({ url, topics }))).toEqual([
    { url: "/api/v1/prices/ACME?lastEventId=gone.7", topics: ["prices/ACME"] },
  ]);
});

test("the middleware may stand on one router alone", async () => {
  const app = express();
  app.use(
    "/live",
    Router()
      .use(sse())
      .get("/", (_request, response) => {
        response.sse.send({ data: "here" });
        response.sse.close();
      }),
  );
  app.get("/plain", (_request, response) => response.json({ sse: "sse" in response }));
  expect((await request(app).get("/live")).text).toBe("data: here\n\n");
  expect((await request(app).get("/plain")).body).toEqual({ sse: false });
});

test("a finite source ends the response; POST has no end event", async () => {
  const app = express().use(sse(), express.json());
  app.post("/answer", (request, response) => {
    const { words } = request.body as { words: string[] };
    return response.sse.pipe(words.map((data) => ({ data })));
  });
  const { status, text } = await request(app)
    .post("/answer")
    .send({ words: ["a", "b"] });
  expect(status).toBe(200);
  expect(text).toBe("data: a\n\ndata: b\n\n");
});

test("a handler that throws after the head: the stream ends, the observer hears, and nothing of it is told", async () => {
  const heard: unknown[] = [];
  const told: unknown[] = [];
  const events = sse({
    observer: { error: ({ cause }) => told.push(cause), close: ({ reason }) => told.push(reason) },
  });
  const app = express().use(events);
  const secret = new Error("SECRET");
  app.get("/", async (_request, response) => {
    response.sse.send({ data: "begun" });
    await Promise.resolve();
    throw secret;
  });
  app.use(answering(heard));
  const { text } = await request(app).get("/");
  expect(text).toBe("data: begun\n\n");
  expect(heard).toEqual([secret]);
  await vi.waitUntil(() => told.length === 2);
  expect(told).toEqual([secret, "error"]);
});

test("two apps share one hub", async () => {
  const hub = new Hub();
  const [first, second] = [sse({ hub }), sse({ hub })];
  expect(first.hub).toBe(hub);
  const appOf = (events: typeof first): Express =>
    express()
      .use(events)
      .get("/", (_request, response) => {
        void response.sse.subscribe("a", { from: "start" });
      });
  await first.publish("a", { data: 1 });
  for (const events of [first, second]) {
    const { body } = await request(appOf(events)).get("/").buffer(true).parse(reading(2));
    expect(body).toEqual(["checkpoint", "message 1"]);
  }
  await second.close();
  expect(() => first.publish("a", { data: 2 })).toThrow("The hub is closed");
});

test("options beside a shared hub, unknown options and a hub that is none are refused at once", () => {
  const refused = (options: object) => {
    try {
      sse(options);
    } catch (error) {
      return (error as SseError).code;
    }
    return undefined;
  };
  expect(refused({ hub: new Hub(), heartbeat: 1 })).toBe("BAD_OPTION");
  expect(refused({ hub: {} })).toBe("BAD_OPTION");
  expect(refused({ heartbaet: 1 })).toBe("BAD_OPTION");
});
