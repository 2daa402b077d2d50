// express-sse in Express. It sends no head before its first event, so the route sends it.
import { createServer } from "node:http";
import express from "express";
import SSE from "express-sse";
import { eventOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";

const app = express();
const all = new SSE();
const own = new Set<SSE>();

app.get("/events", (request, response) => {
  all.init(request, response);
  response.flushHeaders();
});
app.get("/own", (request, response) => {
  const one = new SSE();
  one.init(request, response);
  response.flushHeaders();
  own.add(one);
  response.on("close", () => own.delete(one));
});
app.get("/hello", (request, response) => {
  const one = new SSE();
  one.init(request, response);
  one.send(eventOf(0, 100));
});

serve({
  port: await listening(createServer(app)),
  open: () => all.listenerCount("data") + own.size,
  publish: (_topic, event) => all.send(event),
  sendEach: (event) => {
    for (const one of own) one.send(event());
  },
});
