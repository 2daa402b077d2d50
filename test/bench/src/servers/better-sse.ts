// better-sse in Express, by its channels and sessions.
import { createServer } from "node:http";
import { createChannel, createSession } from "better-sse";
import express from "express";
import { eventOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { sources } from "../turns.ts";

const app = express();
const all = createChannel();
const own = createChannel();

app.get("/events", async (request, response) => {
  all.register(await createSession(request, response));
});
app.get("/own", async (request, response) => {
  own.register(await createSession(request, response));
});
app.get("/pipe", async (request, response) => {
  const session = await createSession(request, response);
  await session.iterate(sources.open((event) => event));
});
app.get("/hello", async (request, response) => {
  const session = await createSession(request, response);
  session.push(eventOf(0, 100));
});

serve({
  port: await listening(createServer(app)),
  open: () => all.sessionCount + own.sessionCount,
  publish: (_topic, event) => void all.broadcast(event),
  sendEach: (event) => {
    for (const session of own.activeSessions) session.push(event());
  },
});
