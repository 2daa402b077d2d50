// Longwave in Hono on @hono/node-server, as its README has it.

import { createAdaptorServer, type HttpBindings } from "@hono/node-server";
import { sse } from "@longwave/hono";
import { Hono } from "hono";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { longwave, options, routes } from "../longwave.ts";

const events = sse(options);
const app = new Hono();
for (const [path, route] of Object.entries(routes)) {
  // The URL as it came: that of `c.req` is put together when it is first read, which the bare route does not do.
  app.get(path, (c) => events(c, (stream) => route(stream, (c.env as HttpBindings).incoming.url ?? "/")));
}
serve(longwave(events, await listening(createAdaptorServer({ fetch: app.fetch }))));
