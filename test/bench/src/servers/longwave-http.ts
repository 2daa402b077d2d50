// Longwave on node:http, without a framework.
import { createServer } from "node:http";
import { sse } from "@longwave/core/node";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { longwave, options, routes } from "../longwave.ts";
import { pathOf } from "../query.ts";

const events = sse(options);
const server = createServer((request, response) => {
  const { url = "/" } = request;
  routes[pathOf(url)]?.(events(request, response), url);
});
serve(longwave(events, await listening(server)));
