import type { EventStream } from "@longwave/core";
import { sse as expressSse } from "@longwave/express";
import { sse as honoSse } from "@longwave/hono";
import { sse as koaSse, type SseContext } from "@longwave/koa";
import express from "express";
import { Hono } from "hono";
import Koa from "koa";

interface Prices {
  tick: { price: number };
}

const app = express().use(expressSse());
app.get("/", (_request, response) => {
  const stream: EventStream = response.sse;
  void stream.subscribe("prices");
  response.sse.send({ event: "any", data: 7 });
  // @ts-expect-error TS2339: a stream has no such verb
  response.sse.nope();
  // @ts-expect-error TS2540: the stream is the middleware's to set
  response.sse = stream;
});

const koa = new Koa().use(koaSse());
koa.use((ctx) => {
  const stream: EventStream = ctx.sse;
  void stream.subscribe("prices");
  // @ts-expect-error TS2339: a stream has no such verb
  ctx.sse.nope();
});

const typed = new Koa<Koa.DefaultState, SseContext<Prices>>();
typed.use((ctx) => {
  ctx.sse.send({ event: "tick", data: { price: 12 } });
});

const events = honoSse<Prices>();
new Hono().get("/", (c) =>
  events(c, (stream) => {
    stream.send({ event: "tick", data: { price: 12 } });
    // @ts-expect-error TS2322: the price is a number
    stream.send({ event: "tick", data: { price: "12" } });
    // @ts-expect-error TS2339: a stream has no such verb
    stream.nope();
  }),
);

// @ts-expect-error TS2740: the first argument is Hono's context
void events(new Request("http://localhost"), () => {});

// @ts-expect-error TS2322: the middleware's own verbs are typed
void expressSse<Prices>().publish("prices", { event: "tick", data: "12" });
