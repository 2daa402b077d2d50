import Router from "@koa/router";
import { type SseContext, sse } from "@longwave/koa";
import Koa, { type DefaultState } from "koa";
import request from "supertest";
import { expect, test } from "vitest";

test("nested routers: the topic comes from the path, the cursor from the query, and events are typed", async () => {
  interface Prices {
    tick: { price: number };
  }
  const events = sse<Prices>();
  const router = new Router<DefaultState, SseContext<Prices>>({ prefix: "/prices" });
  router.get("/:symbol", async (ctx) => {
    await ctx.sse.subscribe(`prices/${ctx.params["symbol"]}`);
    ctx.sse.send({ event: "tick", data: { price: 1 } });
    ctx.sse.close();
  });
  const outer = new Router({ prefix: "/api" });
  outer.use(router.routes() as unknown as ReturnType<typeof outer.routes>);
  const app = new Koa().use(events).use(outer.routes());
  const { text } = await request(app.callback()).get("/api/prices/ACME?lastEventId=gone.7");
  expect(text).toContain('"asked":"gone.7"');
  expect(text).toContain('event: tick\ndata: {"price":1}\n\n');
});
