// Koa, a route that sends its head and stays downstream while it is open: leaner than a PassThrough as the body.
import { createServer } from "node:http";
import Koa from "koa";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";

let open = 0;
const app = new Koa();
app.use(async ({ res }) => {
  res.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  res.flushHeaders();
  open++;
  await new Promise<void>((resolve) => {
    res.once("close", resolve);
  });
  open--;
});
const handle = app.callback();
const server = createServer((request, response) => void handle(request, response));
serve({ port: await listening(server), open: () => open });
