// Longwave in Hono behind middleware that sets headers on every response.

import { createAdaptorServer } from "@hono/node-server";
import { sse } from "@longwave/hono";
import { Hono } from "hono";
import { cors } from "hono/cors";
import { secureHeaders } from "hono/secure-headers";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { longwave, options, routes } from "../longwave.ts";

const events = sse(options);
const app = new Hono();
app.use(cors(), secureHeaders());
for (const [path, route] of Object.entries(routes)) {
  app.get(path, (c) => events(c, (stream) => route(stream, c.req.url)));
}
serve(longwave(events, await listening(createAdaptorServer({ fetch: app.fetch }))));
