// Servers on Bun as users start them, nothing set but their port. Says where they listen, and publishes to all of them
// when it is given a line.
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { sse as fetchSse } from "@longwave/core/fetch";
import { sse as nodeSse } from "@longwave/core/node";
import { sse as expressSse } from "@longwave/express";
import { sse as honoSse } from "@longwave/hono";
import { sse as koaSse } from "@longwave/koa";
import express from "express";
import { Hono } from "hono";
import Koa from "koa";

// Without a heartbeat nothing but the server's own doing keeps a stream alive.
const options = { heartbeat: false };
const hostname = "127.0.0.1";
const hubs = [];
const urls = {};

function on(name, hub, port) {
  hubs.push(hub);
  urls[name] = `http://${hostname}:${port}/`;
}

function honoApp(hub) {
  const app = new Hono();
  app.get("/", (c) => hub(c, (stream) => stream.subscribe("news")));
  return app;
}

async function listening(server) {
  await new Promise((resolve) => {
    server.once("listening", resolve);
  });
  return server.address().port;
}

const hono = honoSse(options);
on("hono", hono, Bun.serve({ port: 0, hostname, fetch: honoApp(hono).fetch }).port);

const wrapped = honoSse(options);
const app = honoApp(wrapped);
const fetch = (request, server) => app.fetch(request, { server });
on("hono, its server in env.server", wrapped, Bun.serve({ port: 0, hostname, fetch }).port);

const given = fetchSse(options);
const giving = (request, server) => given(request, (stream) => stream.subscribe("news"), server);
on("fetch, with its server", given, Bun.serve({ port: 0, hostname, fetch: giving }).port);

// Whoever forgets the server has the heartbeat.
const forgotten = fetchSse();
const forgetting = (request) => forgotten(request, (stream) => stream.subscribe("news"));
on("fetch, without its server", forgotten, Bun.serve({ port: 0, hostname, fetch: forgetting }).port);

const plain = nodeSse(options);
const server = createServer((request, response) => void plain(request, response).subscribe("news"));
on("node:http", plain, await listening(server.listen(0, hostname)));

const inExpress = expressSse(options);
const expressApp = express();
expressApp.use(inExpress);
expressApp.get("/", (_request, response) => void response.sse.subscribe("news"));
on("express", inExpress, await listening(expressApp.listen(0, hostname)));

const inKoa = koaSse(options);
const koaApp = new Koa();
koaApp.use(inKoa);
koaApp.use((ctx) => void ctx.sse.subscribe("news"));
on("koa", inKoa, await listening(koaApp.listen(0, hostname)));

console.log(JSON.stringify(urls));
createInterface({ input: process.stdin })
  .on("line", (data) => {
    for (const hub of hubs) void hub.publish("news", { data });
  })
  .on("close", () => process.exit(0));
