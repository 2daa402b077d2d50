import { Hub, type Log, type SseError } from "@longwave/core";
import { sse } from "@longwave/koa";
import Koa from "koa";
import request from "supertest";
import { expect, test } from "vitest";
import { reading } from "../../../test/src/support/reading.ts";

const away: Log = {
  append: () => Promise.reject(new Error("SECRET")),
  follow: () => Promise.reject(new Error("SECRET")),
  after: () => Promise.reject(new Error("SECRET")),
  close: () => Promise.resolve(),
};

/** An app that keeps its errors instead of printing them. */
function appOf(errors: Error[] = []): Koa {
  return new Koa().on("error", (error: Error) => errors.push(error));
}

test("a route subscribes, and its reader gets what is published", async () => {
  const events = sse();
  const app = appOf().use(events);
  app.use((ctx) => {
    void ctx.sse.subscribe("prices", { from: "start" });
  });
  await events.publish("prices", { event: "tick", data: { price: 11 } });
  const { status, body } = await request(app.callback()).get("/").buffer(true).parse(reading(2));
  expect(status).toBe(200);
  expect(body).toEqual(["checkpoint", 'tick {"price":11}']);
});

test("until a verb is called, the context answers as ever", async () => {
  const app = appOf().use(sse());
  app.use((ctx) => {
    if (ctx.path === "/401") ctx.status = ctx.sse.state === "new" ? 401 : 500;
    if (ctx.path === "/json") ctx.body = { id: typeof ctx.sse.id };
  });
  expect((await request(app.callback()).get("/401")).status).toBe(401);
  expect((await request(app.callback()).get("/json")).body).toEqual({ id: "string" });
  expect((await request(app.callback()).get("/nothing")).status).toBe(404);
});

test("the middleware stays downstream: what is upstream goes on when the stream is over", async () => {
  const order: string[] = [];
  const app = appOf();
  app.use(async (_ctx, next) => {
    await next();
    order.push("upstream");
  });
  app.use(sse());
  app.use((ctx) => {
    ctx.sse.send({ data: 1 });
    ctx.sse.signal.addEventListener("abort", () => order.push("over"));
    // After the handler has returned.
    setImmediate(() => ctx.sse.close());
  });
  const { text } = await request(app.callback()).get("/");
  expect(text).toBe("data: 1\n\n");
  expect(order).toEqual(["over", "upstream"]);
});

test("status and headers that were set through the context are kept", async () => {
  const app = appOf().use(sse());
  app.use((ctx) => {
    ctx.status = 202;
    ctx.set("x-own", "kept");
    ctx.cookies.set("visit", "1");
    ctx.sse.send({ data: 1 });
    ctx.sse.close();
  });
  const { status, headers } = await request(app.callback()).get("/");
  expect(status).toBe(202);
  expect(headers["x-own"]).toBe("kept");
  expect(headers["set-cookie"]?.[0]).toContain("visit=1");
  expect(headers["content-type"]).toBe("text/event-stream");
});

test("what a verb throws before the head can be caught upstream", async () => {
  const app = appOf();
  app.use(async (ctx, next) => {
    try {
      await next();
    } catch (error) {
      const { code, status } = error as SseError;
      ctx.status = status;
      ctx.body = { code };
    }
  });
  app.use(sse({ log: away, observer: { error: () => {} } }));
  app.use((ctx) => {
    if (ctx.path === "/name") ctx.sse.send({ event: "a\nb" });
    else if (ctx.path === "/awaited") return ctx.sse.subscribe("a");
    else void ctx.sse.subscribe("a");
    return undefined;
  });
  expect((await request(app.callback()).get("/name")).body).toEqual({ code: "BAD_EVENT_NAME" });
  for (const path of ["/awaited", "/not-awaited"]) {
    const { status, body } = await request(app.callback()).get(path);
    expect({ status, body }).toEqual({ status: 503, body: { code: "LOG_FAILED" } });
  }
});

test("Koa's own handling answers with status and headers of the error, and with no text of the cause", async () => {
  const errors: Error[] = [];
  const app = appOf(errors).use(sse({ log: away, observer: { error: () => {} } }));
  app.use((ctx) => ctx.sse.subscribe("a"));
  const { status, headers, text } = await request(app.callback()).get("/");
  expect(status).toBe(503);
  expect(headers["retry-after"]).toBe("1");
  expect(text).toBe("Service Unavailable");
  expect(errors).toHaveLength(1);
});

test("a handler that throws after the head: the stream ends, the app and the observer hear, the reader does not", async () => {
  const errors: Error[] = [];
  const heard: unknown[] = [];
  const app = appOf(errors).use(sse({ observer: { error: ({ code, cause }) => heard.push(code, cause) } }));
  const thrown = new Error("SECRET");
  app.use(async (ctx) => {
    ctx.sse.send({ data: "begun" });
    await Promise.resolve();
    throw thrown;
  });
  const { text } = await request(app.callback()).get("/");
  expect(text).toBe("data: begun\n\n");
  expect(errors).toEqual([thrown]);
  expect(heard).toEqual(["APPLICATION_FAILED", thrown]);
});

test("HEAD is answered with the head alone, and the middleware lets go", async () => {
  const events = sse();
  const app = appOf().use(events);
  app.use((ctx) => ctx.sse.subscribe("a"));
  const { status, headers } = await request(app.callback()).head("/");
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/event-stream");
  expect(events.streams.size).toBe(0);
});

test("a shared hub takes no other option", () => {
  const hub = new Hub();
  expect(sse({ hub }).hub).toBe(hub);
  expect(() => sse({ hub, heartbeat: 1 } as never)).toThrow("A shared hub has its options already");
});
