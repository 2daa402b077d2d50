// Longwave in Hono on Bun or Deno: the way through web streams.
import { sse } from "@longwave/hono";
import { Hono } from "hono";
import { serve } from "../fixture.ts";
import { longwave, options, routes } from "../longwave.ts";
import { serveWeb } from "../web.ts";

const events = sse(options);
const app = new Hono();
for (const [path, route] of Object.entries(routes)) {
  app.get(path, (c) => events(c, (stream) => route(stream, c.req.url)));
}
serve(longwave(events, serveWeb(app.fetch)));
