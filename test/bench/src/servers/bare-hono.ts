// Hono on @hono/node-server, a route that answers with a web stream and stays open: the one way that keeps the
// headers which middleware sets. The server sends the head with the first bytes, so there is a comment.
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import { serve } from "../fixture.ts";
import { HEAD } from "../head.ts";
import { listening } from "../listening.ts";

const HELLO = new TextEncoder().encode(": hello\n\n");
let open = 0;
const app = new Hono();
app.get("/events", (c) => {
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      open++;
      controller.enqueue(HELLO);
    },
    cancel: () => {
      open--;
    },
  });
  return c.newResponse(body, { headers: HEAD });
});
serve({ port: await listening(createAdaptorServer({ fetch: app.fetch })), open: () => open });
