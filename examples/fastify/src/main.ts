import type { EventStream } from "@longwave/core";
import { sse } from "@longwave/core/node";
import Fastify, { type FastifyReply } from "fastify";
import { page } from "./page.ts";

declare module "fastify" {
  interface FastifyReply {
    sse(): EventStream;
  }
}

const events = sse();
// While it closes, Fastify would answer 503, after which no EventSource comes back: the hub tells it when to.
const app = Fastify({ return503OnClosing: false });

app.decorateReply("sse", function (this: FastifyReply) {
  // What hooks and plugins have set is with Fastify until it answers, which it does not any more.
  for (const [name, value = ""] of Object.entries(this.getHeaders())) this.raw.setHeader(name, value);
  this.hijack();
  return events(this.request.raw, this.raw);
});

app.addHook("onRequest", async (_request, reply) => {
  reply.header("access-control-allow-origin", "*");
});
app.get("/", (_request, reply) => reply.type("text/html").send(page));
app.get("/prices", (_request, reply) => {
  void reply.sse().subscribe("prices");
});

const ticking = setInterval(() => {
  const data = { price: Math.round(Math.random() * 100), readers: events.streams.size };
  void events.publish("prices", { event: "tick", data });
}, 500);

app.addHook("preClose", async () => {
  await events.drain({ within: 5_000 });
  clearInterval(ticking);
});
process.once("SIGTERM", () => void app.close());

console.log(await app.listen({ host: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) }));
