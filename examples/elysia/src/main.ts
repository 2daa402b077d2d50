import { sse } from "@longwave/core/fetch";
import { Elysia } from "elysia";
import { page } from "./page.ts";

const events = sse();

const app = new Elysia()
  .headers({ "access-control-allow-origin": "*" })
  .get("/", () => new Response(page, { headers: { "content-type": "text/html" } }))
  .get("/prices", ({ request }) => events(request, (stream) => stream.subscribe("prices")))
  .listen({ hostname: "127.0.0.1", port: process.env["PORT"] ?? 3000 });

const ticking = setInterval(() => {
  const data = { price: Math.round(Math.random() * 100), readers: events.streams.size };
  void events.publish("prices", { event: "tick", data });
}, 500);

// oxlint-disable-next-line typescript/no-unsafe-member-access -- the types of Bun are not installed here
console.log(`http://127.0.0.1:${app.server?.port}`);

process.once("SIGTERM", () => void shutDown());

async function shutDown(): Promise<void> {
  await events.drain({ within: 5_000 });
  clearInterval(ticking);
  await app.stop();
}
