// Longwave in Koa, as its README has it.
import { createServer } from "node:http";
import { sse } from "@longwave/koa";
import Koa from "koa";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { longwave, options, routes } from "../longwave.ts";

const events = sse(options);
const app = new Koa();
app.use(events);
app.use((ctx) => routes[ctx.path]?.(ctx.sse, ctx.url));
// Koa's own callback is typed as one that promises, which `createServer` ignores.
const handle = app.callback();
serve(longwave(events, await listening(createServer((request, response) => void handle(request, response)))));
