import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GET as prices } from "./app/api/prices/route.ts";
import { GET as home } from "./app/route.ts";
import { events } from "./events.ts";
import { register } from "./instrumentation.ts";

// What Next.js does for a route handler, in small: a web request in, its response out, a signal for readers that leave.

type Handler = (request: Request) => Response | Promise<Response>;

const routes: Readonly<Record<string, Handler>> = { "/": home, "/api/prices": prices };

async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const left = new AbortController();
  outgoing.once("close", () => left.abort());
  const url = new URL(incoming.url ?? "/", "http://localhost");
  const headers = Object.entries(incoming.headersDistinct).map(([name, values = []]): [string, string] => [
    name,
    values.join(", "),
  ]);
  const handler = routes[url.pathname];
  const response =
    incoming.method === "GET" && handler !== undefined
      ? await handler(new Request(url, { headers, signal: left.signal }))
      : new Response(null, { status: 404 });
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) outgoing.end();
  // A reader that leaves is no error.
  else await pipeline(Readable.fromWeb(response.body), outgoing).catch(() => {});
}

register();
const server = createServer((incoming, outgoing) => void answer(incoming, outgoing));
server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.once("SIGTERM", () => void events.drain({ within: 5_000 }).then(() => server.close()));
