import { cpus, platform } from "node:os";
import { fileURLToPath } from "node:url";
import type { ExpressSse } from "@longwave/express";
import express, { type Express } from "express";
import { topics } from "./events.ts";
import type { Journal } from "./journal.ts";
import { Sockets } from "./sockets.ts";

/** After how many milliseconds a reader that was cut comes back: long enough to miss something. */
const RETRY = 2_000;

const folders = ["../public", "page"].map((path) => fileURLToPath(new URL(path, import.meta.url)));
const uplot = fileURLToPath(new URL(".", import.meta.resolve("uplot")));
const machine = `${platform()}, ${cpus().length} cores, Node ${process.versions.node}`;

/** The routes: the page and its parts, the event stream, and what its button asks for. */
export function appOf(events: ExpressSse, journal: Journal): Express {
  const sockets = new Sockets();
  const app = express();
  app.disable("x-powered-by");
  app.use(journal.middleware);
  app.use(events);

  app.get("/events", async (request, response) => {
    const { sse } = response;
    const head = await events.cursor();
    const from = request.query["from"] === "start" ? "start" : "now";
    // Before the subscription: what is caught up with comes after it.
    sse.send({ event: "hello", retry: RETRY, data: { time: Date.now(), stream: sse.id, head, machine } });
    await sse.subscribe(topics, { from });
    sockets.add(sse, request);
  });

  app.post("/streams/:id/cut", (request, response) => {
    response.sendStatus(sockets.cut(request.params.id) ? 204 : 404);
  });

  app.use("/uplot", express.static(uplot));
  for (const folder of folders) app.use(express.static(folder));
  return app;
}
