// Longwave on the servers that Bun and Deno bring along: in Hono, and as a plain fetch handler. Says where they listen.
// Given the number of a server and one of events, publishes those no faster than its readers take them that do; answers
// by how much its memory grew, in bytes.

import process from "node:process";
import { createInterface } from "node:readline";
import { sse as fetchSse } from "@longwave/core/fetch";
import { sse as honoSse } from "@longwave/hono";
import { Hono } from "hono";

// A log far smaller than what is published, and nobody is cut for being stalled.
const options = { history: { bytes: 8 * 1024 * 1024 }, stallTimeout: false, heartbeat: false };
const hostname = "127.0.0.1";

function serve(fetch) {
  if (globalThis.Bun !== undefined) return Bun.serve({ port: 0, hostname, fetch }).port;
  return Deno.serve({ port: 0, hostname, onListen() {} }, fetch).addr.port;
}

const inHono = honoSse(options);
const app = new Hono();
app.get("/", (c) => inHono(c, (stream) => stream.subscribe("blocks")));
const plain = fetchSse(options);
const fetch = (request, server) => plain(request, (stream) => stream.subscribe("blocks"), server);

const hubs = [inHono, plain];
const urls = [serve(app.fetch), serve(fetch)].map((port) => `http://${hostname}:${port}/`);

const collect = globalThis.Bun === undefined ? globalThis.gc : () => Bun.gc(true);

async function publish(hub, count) {
  const before = process.memoryUsage().rss;
  let most = before;
  for (let at = 0; at < count; at++) {
    void hub.publish("blocks", { data: `${at}:${"x".repeat(64_000)}` });
    if (at % 16 !== 15) continue;
    await hub.settled({ patience: 2_000 });
    // Garbage is not the question.
    if (at % 256 === 255) collect();
    most = Math.max(most, process.memoryUsage().rss);
  }
  return most - before;
}

async function obey([at, count]) {
  console.log(await publish(hubs[at], count));
}

console.log(JSON.stringify(urls));
createInterface({ input: process.stdin })
  .on("line", (line) => void obey(JSON.parse(line)))
  .on("close", () => process.exit(0));
