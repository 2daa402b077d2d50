import type { Incapable, Target } from "./check.ts";
import { start as express } from "./fixtures/express.ts";
import { start as fetch } from "./fixtures/fetch.ts";
import type { Start } from "./fixtures/fixture.ts";
import { start as hono } from "./fixtures/hono.ts";
import { start as http2 } from "./fixtures/http2.ts";
import { start as koa } from "./fixtures/koa.ts";
import { start as node } from "./fixtures/node.ts";

/** What the demo app is written with, and what that cannot do: anywhere, and on some runtimes. */
export interface Framework {
  readonly name: string;
  readonly title: string;
  readonly start: Start;
  readonly incapable: Incapable;
  readonly on?: Readonly<Record<string, Incapable>>;
}

const FETCH = "https://fetch.spec.whatwg.org/";

/** `node:http` of Bun. */
const unflushed: Incapable = {
  flush: {
    reason: "`node:http` says that a response is out when it was ended, whatever its reader has yet to take.",
    link: "https://github.com/oven-sh/bun/pull/41822",
  },
};

/** `Bun.serve` and `Deno.serve`. */
const servers: Readonly<Record<string, Incapable>> = {
  bun: {
    "socket-timeout": {
      reason:
        "`Bun.serve` counts quiet time in whole seconds, and acts some ten later: longer than a check waits.",
      link: "https://bun.sh/reference/bun/Serve/HostnamePortServeOptions/idleTimeout",
    },
    pipelining: {
      reason: "`Bun.serve` closes a connection that asks for more while its first answer is not over.",
      link: "https://github.com/oven-sh/bun/pull/38128",
    },
  },
  deno: {
    "socket-timeout": {
      reason: "`Deno.serve` has no timeout of quiet sockets that could be set.",
      link: "https://github.com/denoland/deno/issues/32497",
    },
    shutdown: {
      reason: "`Deno.serve` closes no connection by force, and waits for one whose reader takes nothing.",
      link: "https://github.com/denoland/deno/issues/25792",
    },
  },
};

/** Of Node, where a handler is given no more than a `Request`. */
const piling: Incapable = {
  backlog: {
    reason:
      "Node leaks requests that wait behind an answer when their connection goes; who is given a `Request` alone cannot prevent it.",
    link: "https://github.com/nodejs/node/pull/62534",
  },
};

export const frameworks: readonly Framework[] = [
  { name: "express", title: "Express", start: express, incapable: {}, on: { bun: unflushed } },
  {
    name: "koa",
    title: "Koa",
    start: koa,
    incapable: {
      compression: {
        reason: "koa-compress compresses `ctx.body` alone, and a stream writes to `ctx.res`.",
        link: "https://github.com/koajs/compress/issues/48",
      },
    },
    on: { bun: unflushed },
  },
  {
    name: "hono",
    title: "Hono",
    start: hono,
    incapable: {
      "own-response": {
        reason: "A route of Hono returns its response; there is none to write to before.",
        link: FETCH,
      },
      compression: {
        reason: "hono/compress pipes through a CompressionStream, which cannot be flushed.",
        link: "https://github.com/whatwg/compression/issues/56",
      },
    },
    on: servers,
  },
  { name: "node", title: "`node:http`", start: node, incapable: {}, on: { bun: unflushed } },
  {
    name: "http2",
    title: "`node:http2`",
    start: http2,
    incapable: {
      "http/1.1": {
        reason:
          "A server of HTTP/2 in clear text speaks no HTTP/1.1, by whose bytes these checks are written.",
        link: "https://www.rfc-editor.org/rfc/rfc9113#section-3.3",
      },
    },
    on: {
      deno: {
        serve: {
          reason: "The process aborts within nghttp2 now and then, when a client ends its session.",
          link: "https://github.com/denoland/deno/issues/36788",
        },
      },
    },
  },
  {
    name: "fetch",
    title: "`fetch` handler",
    start: fetch,
    incapable: {
      "own-response": {
        reason: "A handler returns its response; there is none to write to before.",
        link: FETCH,
      },
      compressor: { reason: "A plain handler has no middleware, and no usual compressor.", link: FETCH },
      "socket-timeout": {
        reason: "A `Request` has no socket whose timeout could be lifted.",
        link: FETCH,
      },
    },
    on: { ...servers, "node-20": piling, "node-22": piling, "node-24": piling },
  },
];

/** Those that write to a response of `node:http` themselves, past its methods where that is allowed. */
export const direct: readonly Target[] = frameworks.filter(
  ({ name }) => name !== "http2" && name !== "fetch",
);
