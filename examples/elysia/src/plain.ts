import { sse } from "@longwave/core/fetch";
import { page } from "./page.ts";

// The same without a framework: Bun serves what a module exports by default, on the environment's PORT or 3000. So
// does `deno serve`, on a port of its own.

// Bun cuts connections that are quiet for 10 seconds, where Elysia has it wait for 30.
const events = sse({ heartbeat: 8_000 });

export default {
  hostname: "127.0.0.1",
  fetch(request: Request): Response | Promise<Response> {
    if (new URL(request.url).pathname === "/prices")
      return events(request, (stream) => stream.subscribe("prices"));
    return new Response(page, { headers: { "content-type": "text/html" } });
  },
};

setInterval(() => {
  const data = { price: Math.round(Math.random() * 100), readers: events.streams.size };
  void events.publish("prices", { event: "tick", data });
}, 500);

process.once("SIGTERM", () => void events.drain({ within: 5_000 }).then(() => process.exit(0)));
