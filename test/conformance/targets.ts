import type { Target } from "./check.ts";
import { start as express } from "./fixtures/express.ts";
import { start as fetch } from "./fixtures/fetch.ts";
import { start as hono } from "./fixtures/hono.ts";
import { start as http2 } from "./fixtures/http2.ts";
import { start as koa } from "./fixtures/koa.ts";
import { start as node } from "./fixtures/node.ts";

/** The demo apps in this process, on the Node that runs the tests. */
export const targets: readonly Target[] = [
  {
    name: "express",
    start: express,
    incapable: {},
  },
  {
    name: "koa",
    start: koa,
    incapable: {
      compression: "koa-compress compresses `ctx.body` alone, and a stream writes to `ctx.res`.",
    },
  },
  {
    name: "hono",
    start: hono,
    incapable: {
      "own-response": "A route of Hono returns its response; there is none to write to before.",
      compression: "hono/compress pipes through a CompressionStream, which cannot be flushed.",
    },
  },
  { name: "node", start: node, incapable: {} },
  {
    name: "http2",
    start: http2,
    incapable: { "http/1.1": "Its bytes are frames of HTTP/2, which no check writes or reads by itself." },
  },
  {
    name: "fetch",
    start: fetch,
    incapable: {
      "own-response": "A handler returns its response; there is none to write to before.",
      compressor: "A plain handler has no middleware.",
      "socket-timeout": "A `Request` has no socket whose timeout could be lifted.",
    },
  },
];
