// Longwave in Express behind middleware that wraps every response: compression, a session, a log of requests.
import { createServer } from "node:http";
import { sse } from "@longwave/express";
import compression from "compression";
import express from "express";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { longwave, options, routes } from "../longwave.ts";
import { requestLog, session } from "../wrappers.ts";

const events = sse(options);
const app = express();
app.use(requestLog, session, compression(), events);
for (const [path, route] of Object.entries(routes)) {
  app.get(path, (request, response) => route(response.sse, request.originalUrl));
}
serve(longwave(events, await listening(createServer(app))));
