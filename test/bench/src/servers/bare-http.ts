// node:http, a route that sends its head and stays open: what an idle stream costs before anybody has done anything.
import { createServer } from "node:http";
import { serve } from "../fixture.ts";
import { HEAD } from "../head.ts";
import { listening } from "../listening.ts";

let open = 0;
const server = createServer((_request, response) => {
  response.writeHead(200, HEAD);
  response.flushHeaders();
  open++;
  response.on("close", () => open--);
});
serve({ port: await listening(server), open: () => open });
