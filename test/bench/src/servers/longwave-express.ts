// Longwave in Express, as its README has it.
import { createServer } from "node:http";
import { sse } from "@longwave/express";
import express from "express";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { longwave, options, routes } from "../longwave.ts";

const events = sse(options);
const app = express();
app.use(events);
for (const [path, route] of Object.entries(routes)) {
  app.get(path, (request, response) => route(response.sse, request.originalUrl));
}
serve(longwave(events, await listening(createServer(app))));
