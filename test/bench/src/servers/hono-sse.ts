// Hono's own streamSSE on @hono/node-server. Its head goes out with its first bytes, so the routes write a comment.
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { eventOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { sources } from "../turns.ts";

const app = new Hono();
const all = new Set<SSEStreamingApi>();
const own = new Set<SSEStreamingApi>();

/** Hono ends the stream when its callback returns. */
async function hold(stream: SSEStreamingApi, among: Set<SSEStreamingApi>): Promise<void> {
  among.add(stream);
  await stream.write(": hello\n\n");
  await new Promise<void>((resolve) => {
    stream.onAbort(resolve);
  });
  among.delete(stream);
}

app.get("/events", (c) => streamSSE(c, (stream) => hold(stream, all)));
app.get("/own", (c) => streamSSE(c, (stream) => hold(stream, own)));
app.get("/pipe", (c) =>
  streamSSE(c, async (stream) => {
    await stream.write(": hello\n\n");
    for await (const event of sources.open((data) => ({ data: JSON.stringify(data) })))
      await stream.writeSSE(event);
  }),
);
app.get("/hello", (c) =>
  streamSSE(c, async (stream) => {
    await stream.writeSSE({ data: JSON.stringify(eventOf(0, 100)) });
    await hold(stream, own);
  }),
);

serve({
  port: await listening(createAdaptorServer({ fetch: app.fetch })),
  open: () => all.size + own.size,
  publish: (_topic, event) => {
    const data = JSON.stringify(event);
    for (const stream of all) void stream.writeSSE({ data });
  },
  sendEach: (event) => {
    for (const stream of own) void stream.writeSSE({ data: JSON.stringify(event()) });
  },
});
