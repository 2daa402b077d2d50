import { sse } from "@longwave/express";
import { appOf } from "./app.ts";
import { Journal } from "./journal.ts";
import { addressOf, listen } from "./server.ts";
import { Station } from "./station.ts";

const { PORT = "3000", HOST = "127.0.0.1" } = process.env;
const port = Number(PORT);
if (!/^\d+$/.test(PORT) || port > 65_535) {
  console.error(`PORT must be a number from 0 (any free port) to 65535, got ${JSON.stringify(PORT)}.`);
  process.exit(1);
}

const journal = new Journal();
const events = sse({ observer: journal.observer, history: { age: 180_000 } });
journal.events = events;
const station = new Station(events);
const server = await listen(appOf(events, journal), HOST, port, () =>
  console.log(`Port ${port} is taken by another program, so this one takes a free one. Set PORT to choose.`),
);

const address = addressOf(server);
console.log(`Longwave dashboard: ${address}`);
console.log(`The same in a terminal: curl -N ${address}/events`);

process.once("SIGINT", () => void close());
process.once("SIGTERM", () => void close());

/** Nobody new comes in, every stream ends with a last chunk, and readers that were kept alive are let go. */
async function close(): Promise<void> {
  station.close();
  journal.events = undefined;
  server.close();
  await events.close();
  server.closeAllConnections();
}
