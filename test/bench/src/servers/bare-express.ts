// Express, a route that sends its head and stays open.
import { createServer } from "node:http";
import express from "express";
import { serve } from "../fixture.ts";
import { HEAD } from "../head.ts";
import { listening } from "../listening.ts";

let open = 0;
const app = express();
app.get("/events", (_request, response) => {
  response.writeHead(200, HEAD);
  response.flushHeaders();
  open++;
  response.on("close", () => open--);
});
serve({ port: await listening(createServer(app)), open: () => open });
