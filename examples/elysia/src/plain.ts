import { type FetchServer, sse } from "@longwave/core/fetch";
import { page } from "./page.ts";

// The same without a framework: Bun serves what a module exports by default, on the environment's PORT or 3000. So
// does `deno serve`, on a port of its own.

const events = sse();

export default {
  hostname: "127.0.0.1",
  // The server tells readers' addresses, and Bun's is told to let quiet streams live.
  fetch(request: Request, server: FetchServer): Response | Promise<Response> {
    if (new URL(request.url).pathname === "/prices")
      return events(request, (stream) => stream.subscribe("prices"), server);
    return new Response(page, { headers: { "content-type": "text/html" } });
  },
};

setInterval(() => {
  const data = { price: Math.round(Math.random() * 100), readers: events.streams.size };
  void events.publish("prices", { event: "tick", data });
}, 500);

process.once("SIGTERM", () => void events.drain({ within: 5_000 }).then(() => process.exit(0)));
