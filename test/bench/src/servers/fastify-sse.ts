// @fastify/sse in Fastify. Its head goes out with its first bytes, so the routes send it.
import fastifySse, { type SSEReplyInterface } from "@fastify/sse";
import Fastify, { type FastifyPluginAsync } from "fastify";
import { eventOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { sources } from "../turns.ts";

const app = Fastify();
const all = new Set<SSEReplyInterface>();
const own = new Set<SSEReplyInterface>();
// Its types describe an ES module, and it is none.
await app.register(fastifySse as unknown as FastifyPluginAsync);

for (const [path, among] of [
  ["/events", all],
  ["/own", own],
] as const) {
  app.get(path, { sse: true }, async (_request, reply) => {
    const { sse } = reply;
    sse.keepAlive();
    sse.sendHeaders();
    reply.raw.flushHeaders();
    among.add(sse);
    sse.onClose(() => among.delete(sse));
  });
}
app.get("/pipe", { sse: true }, async (_request, reply) => {
  reply.sse.sendHeaders();
  reply.raw.flushHeaders();
  await reply.sse.send(sources.open((data) => ({ data })));
});
app.get("/hello", { sse: true }, async (_request, reply) => {
  reply.sse.keepAlive();
  await reply.sse.send({ data: eventOf(0, 100) });
});
await app.ready();

const ignore = () => {};
serve({
  port: await listening(app.server),
  open: () => all.size + own.size,
  publish: (_topic, data) => {
    for (const sse of all) sse.send({ data }).catch(ignore);
  },
  sendEach: (event) => {
    for (const sse of own) sse.send({ data: event() }).catch(ignore);
  },
});
