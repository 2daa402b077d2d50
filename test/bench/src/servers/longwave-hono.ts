// Longwave in Hono on @hono/node-server, as its README has it.

import { createAdaptorServer } from "@hono/node-server";
import { sse } from "@longwave/hono";
import { Hono } from "hono";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { longwave, options, routes } from "../longwave.ts";

const events = sse(options);
const app = new Hono();
for (const [path, route] of Object.entries(routes)) {
  app.get(path, (c) => events(c, (stream) => route(stream, c.req.url)));
}
serve(longwave(events, await listening(createAdaptorServer({ fetch: app.fetch }))));
