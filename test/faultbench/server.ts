import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Hub, type Observer } from "@longwave/core";
import { sse as nodeSse } from "@longwave/core/node";
import { sse as expressSse } from "@longwave/express";
import express from "express";
import { Lanes } from "./lanes.ts";
import { ParentLog } from "./log-bridge.ts";
import type { Closed, FromServer, Held, Published, ServerOptions, ToServer } from "./messages.ts";
import { Producers } from "./producers.ts";
import { HISTORY } from "./topics.ts";

/** How often what happened is reported, in milliseconds. */
const REPORTS = 20;

/** A server of the bench: the plain Node face and Express, on one hub. */
export async function run(options: ServerOptions): Promise<void> {
  let published: Published[] = [];
  let closed: Closed[] = [];
  const gaps = new Map<string, number>();
  const counts = { opened: 0, closed: 0 };
  const observer: Observer = {
    open: () => void counts.opened++,
    gap: ({ id }) => void gaps.set(id, (gaps.get(id) ?? 0) + 1),
    close({ id, url, events, reason, clean }) {
      counts.closed++;
      const connection = Number(new URLSearchParams(url.slice(url.indexOf("?"))).get("c"));
      closed.push({ connection, events, gaps: gaps.get(id) ?? 0, reason, clean });
      gaps.delete(id);
    },
    // Breaks of the log are part of the run.
    error: () => {},
  };
  const hub = new Hub({
    ...(options.cluster === "memory" ? { history: HISTORY.memory } : { log: new ParentLog() }),
    heartbeat: 400,
    stallTimeout: 2_500,
    closeTimeout: 1_500,
    maxAge: 20_000,
    retry: [20, 300],
    observer,
  });
  const send = (message: FromServer) => {
    if (process.connected) process.send?.(message);
  };
  const report = () => {
    if (published.length > 0) send({ type: "published", events: published });
    if (closed.length > 0) send({ type: "closed", streams: closed });
    published = [];
    closed = [];
  };
  const reports = setInterval(report, REPORTS);
  const lanes = new Lanes(hub, options.name, (event) => void published.push(event));
  const producers = new Producers(hub, lanes, options, (topic) =>
    send({ type: "job", cluster: options.cluster, topic }),
  );

  const servers = [nodeServer(hub), expressServer(hub)];
  const ports: number[] = [];
  for (const server of servers) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    ports.push((server.address() as AddressInfo).port);
  }

  const streamsAndSockets = async () => {
    const connections = await Promise.all(servers.map(connectionsOf));
    return connections.reduce((sum, count) => sum + count, hub.streams.size);
  };

  const measure = async () => {
    // Both bounds of the log and of the tail's window are reached, as they were when it was last measured.
    if (options.cluster === "memory") {
      for (let i = 0; i < 2 * HISTORY.memory.events; i++)
        void hub.publish("filler", { data: "x".repeat(200) });
      await hub.settled();
    }
    // A reset on its way is heard soon; what is not there in time counts as leaked.
    const deadline = performance.now() + 3_000;
    while ((await streamsAndSockets()) > 0 && performance.now() < deadline) await turn();
    for (let i = 0; i < 3; i++) {
      await turn();
      globalThis.gc?.();
    }
    const { heapUsed, external } = process.memoryUsage();
    const left = await streamsAndSockets();
    const held: Held = {
      bytes: heapUsed + external,
      left,
      timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
      ...counts,
    };
    report();
    send({ type: "held", held });
  };

  const drain = async (within: number) => {
    await hub.drain({ within });
    await producers.stop();
    for (const server of servers) server.close();
    clearInterval(reports);
    report();
    // What is still in the channel when it is disconnected is lost.
    await new Promise((resolve) => {
      process.send?.({ type: "published", events: [] } satisfies FromServer, resolve);
    });
    // Nothing else may keep the process: that it ends by itself is part of the run.
    process.off("disconnect", exit);
    process.disconnect();
  };

  const exit = () => process.exit();
  process.once("disconnect", exit);
  process.on("message", (message: ToServer) => {
    if (message.type === "produce") producers.start();
    else if (message.type === "drain") void drain(message.within);
    else if (message.type === "measure") void measure();
    else if (message.type === "rest") void rest();
    else if (message.type === "finals") void finals();
  });
  const rest = async () => {
    await producers.stop();
    report();
  };
  const finals = async () => {
    await producers.stop();
    const { topics } = lanes;
    const going = topics.filter((topic) => !topic.startsWith("job"));
    const last = await Promise.all(going.map((topic) => lanes.publishLast(topic)));
    report();
    send({ type: "finals", finals: last.flat() });
  };
  send({ type: "listening", ports });
}

function nodeServer(hub: Hub): Server {
  const events = nodeSse({ hub });
  return createServer((request, response) => subscribe(events(request, response), request.url ?? ""));
}

function expressServer(hub: Hub): Server {
  const app = express().use(expressSse({ hub }));
  app.get("/", (request, response) => subscribe(response.sse, request.url));
  return createServer(app);
}

function subscribe(stream: ReturnType<Hub["stream"]>, url: string): void {
  const query = new URLSearchParams(url.slice(url.indexOf("?")));
  const topics = (query.get("topics") ?? "").split(",");
  void stream.subscribe(topics, { from: query.get("from") ?? "now" });
  // Its id is that of the last topic event, and a reader may come back with it.
  if (query.has("private")) stream.send({ event: "private", data: "" });
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
  });
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 10);
  });
}
