// Koa, a route that sends its head and stays downstream while it is open: leaner than a PassThrough as the body.
import { createServer } from "node:http";
import Koa from "koa";
import { serve } from "../fixture.ts";
import { HEAD } from "../head.ts";
import { listening } from "../listening.ts";

let open = 0;
const app = new Koa();
app.use(async ({ path, res }) => {
  if (path !== "/events") return;
  res.writeHead(200, HEAD);
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
