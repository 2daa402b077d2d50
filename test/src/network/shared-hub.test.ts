import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { Hub } from "@longwave/core";
import { sse as nodeSse } from "@longwave/core/node";
import { sse as expressSse } from "@longwave/express";
import { sse as honoSse } from "@longwave/hono";
import { sse as koaSse } from "@longwave/koa";
import express from "express";
import { Hono } from "hono";
import Koa from "koa";
import { expect, test } from "vitest";
import { Reader } from "../../conformance/client/reader.ts";

test("four frameworks share one hub: each reader has every event, and comes back to any of them", async () => {
  const hub = new Hub();
  const [forExpress, forKoa, forHono, forNode] = [
    expressSse({ hub }),
    koaSse({ hub }),
    honoSse({ hub }),
    nodeSse({ hub }),
  ];
  const app = express().use(forExpress);
  app.get("/", (_request, response) => response.sse.subscribe("a"));
  const koa = new Koa().use(forKoa).use((ctx) => ctx.sse.subscribe("a"));
  const hono = new Hono().get("/", (c) => forHono(c, (stream) => stream.subscribe("a")));
  const servers = [
    createServer(app),
    createServer(koa.callback() as RequestListener),
    createAdaptorServer({ fetch: hono.fetch }),
    createServer((request, response) => void forNode(request, response).subscribe("a")),
  ];
  const urls = await Promise.all(
    servers.map(async (server) => {
      await new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }),
  );
  const readers = await Promise.all(urls.map((url) => Reader.open(url)));
  for (const reader of readers) await reader.next();
  expect(hub.streams.size).toBe(4);

  for (const [at, verbs] of [forExpress, forKoa, forHono, forNode].entries())
    await verbs.publish("a", { data: at });
  for (const reader of readers) expect(await reader.data(4)).toEqual(["0", "1", "2", "3"]);

  const second = readers[0]?.own[1]?.id ?? "";
  for (const url of urls) {
    const back = await Reader.open(url, { headers: { "last-event-id": second } });
    expect(await back.data(2)).toEqual(["2", "3"]);
    readers.push(back);
  }
  await forKoa.close();
  for (const reader of readers) expect(await reader.ended()).toBe("clean");
  for (const server of servers) {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  }
});
