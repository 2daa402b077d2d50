/** What a server can be asked for, besides staying open. */
export type Ability = "publish" | "topics" | "send" | "pipe" | "hello" | "replay";

export interface ServerInfo {
  readonly title: string;
  /** Its file in `servers/`, without the ending. */
  readonly file: string;
  readonly args: readonly string[];
  readonly runtime: "node" | "bun" | "deno";
  /** The limit of a runtime; ourselves; somebody else's; a route that does nothing. */
  readonly kind: "limit" | "ours" | "peer" | "bare";
  readonly protocol: "sse" | "ws";
  readonly can: readonly Ability[];
  /** What its idle streams and its churn are held against: a route of the same framework. */
  readonly bare?: string;
}

const everything: readonly Ability[] = ["publish", "topics", "send", "pipe", "hello", "replay"];
const fanOut: readonly Ability[] = ["publish", "send", "pipe", "hello"];

function info(title: string, file: string, more: Partial<ServerInfo>): ServerInfo {
  return { title, file, args: [], runtime: "node", kind: "peer", protocol: "sse", can: fanOut, ...more };
}

/** Every server, by the name that `--servers` takes. */
export const servers: Readonly<Record<string, ServerInfo>> = {
  net: info("node:net loop", "net", { kind: "limit", can: [...fanOut, "topics", "replay"] }),
  "longwave-express": info("Longwave, Express", "longwave-express", {
    kind: "ours",
    can: everything,
    bare: "bare-express",
  }),
  "longwave-koa": info("Longwave, Koa", "longwave-koa", { kind: "ours", can: everything, bare: "bare-koa" }),
  "longwave-hono": info("Longwave, Hono", "longwave-hono", {
    kind: "ours",
    can: everything,
    bare: "bare-hono",
  }),
  "longwave-http": info("Longwave, node:http", "longwave-http", {
    kind: "ours",
    can: everything,
    bare: "bare-http",
  }),
  "longwave-express-behind": info("Longwave, Express behind three", "longwave-express-behind", {
    kind: "ours",
    can: everything,
  }),
  "longwave-hono-behind": info("Longwave, Hono behind two", "longwave-hono-behind", {
    kind: "ours",
    can: everything,
  }),
  http: info("hand-written node:http", "http", { can: [...fanOut, "topics"], bare: "bare-http" }),
  "fastify-sse": info("@fastify/sse", "fastify-sse", { bare: "bare-http" }),
  "better-sse": info("better-sse", "better-sse", { bare: "bare-express" }),
  "express-sse": info("express-sse", "express-sse", {
    can: ["publish", "send", "hello"],
    bare: "bare-express",
  }),
  "hono-sse": info("Hono streamSSE", "hono-sse", { bare: "bare-hono" }),
  websocket: info("WebSocket, ws", "websocket", {
    protocol: "ws",
    can: ["publish", "topics", "send", "hello"],
    bare: "bare-http",
  }),
  "bare-http": info("bare node:http route", "bare-http", { kind: "bare", can: [] }),
  "bare-express": info("bare Express route", "bare-express", { kind: "bare", can: [] }),
  "bare-koa": info("bare Koa route", "bare-koa", { kind: "bare", can: [] }),
  "bare-hono": info("bare Hono route", "bare-hono", { kind: "bare", can: [] }),
  "bun-raw": info("Bun, direct streams", "bun-raw", { runtime: "bun", kind: "limit", can: ["publish"] }),
  "bun-web": info("Bun, web streams", "web-raw", { runtime: "bun", kind: "peer", can: ["publish"] }),
  "longwave-bun": info("Longwave, Hono on Bun", "longwave-web", {
    runtime: "bun",
    kind: "ours",
    can: everything,
  }),
  "deno-raw": info("Deno, web streams", "web-raw", { runtime: "deno", kind: "limit", can: ["publish"] }),
  "longwave-deno": info("Longwave, Hono on Deno", "longwave-web", {
    runtime: "deno",
    kind: "ours",
    can: everything,
  }),
  "frames-bare": info("template string, TextEncoder", "frames", { args: ["bare"], kind: "limit", can: [] }),
  "frames-longwave": info("Longwave, send", "frames", { args: ["longwave"], kind: "ours", can: [] }),
  "frames-better-sse": info("better-sse, EventBuffer", "frames", { args: ["better-sse"], can: [] }),
};

export function serverInfo(name: string): ServerInfo {
  const found = servers[name];
  if (found === undefined)
    throw new Error(`There is no server "${name}", only ${Object.keys(servers).join(", ")}.`);
  return found;
}

/** The names of all servers that can do something. */
export function serversThat(
  can: Ability,
  kinds: readonly ServerInfo["kind"][] = ["limit", "ours", "peer"],
): string[] {
  return Object.entries(servers)
    .filter(
      ([name, server]) =>
        server.can.includes(can) &&
        kinds.includes(server.kind) &&
        server.runtime === "node" &&
        !name.endsWith("-behind"),
    )
    .map(([name]) => name);
}

/** Routes that do nothing, one for each framework. */
export const bare: readonly string[] = ["bare-http", "bare-express", "bare-koa", "bare-hono"];
/** Longwave in each framework on Node, and without. */
export const ours: readonly string[] = ["longwave-express", "longwave-koa", "longwave-hono", "longwave-http"];
/** Those that the targets are for. */
export const adapters: readonly string[] = ["longwave-express", "longwave-koa", "longwave-hono"];
