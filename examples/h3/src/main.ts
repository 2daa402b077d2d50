import { sse } from "@longwave/core/fetch";
import { H3, html, raw, serve } from "h3";
import { page } from "./page.ts";

const events = sse();
const app = new H3();

app.use((event) => {
  event.res.headers.set("access-control-allow-origin", "*");
});
app.get("/", () => html(raw(page)));
app.get("/prices", (event) => events(event.req, (stream) => stream.subscribe("prices")));

const ticking = setInterval(() => {
  const data = { price: Math.round(Math.random() * 100), readers: events.streams.size };
  void events.publish("prices", { event: "tick", data });
}, 500);

// The server's own shutdown would refuse connections at once; readers that come while others are sent away are told
// when to come back.
const server = serve(app, {
  hostname: "127.0.0.1",
  port: process.env["PORT"] ?? 3000,
  gracefulShutdown: false,
  silent: true,
});
await server.ready();
console.log(server.url);

process.once("SIGTERM", () => void shutDown());

async function shutDown(): Promise<void> {
  await events.drain({ within: 5_000 });
  clearInterval(ticking);
  await server.close();
}
