// Hand-written on node:http: one `response.write(string)` for each reader and event, as most such servers do it.
import { createServer, type ServerResponse } from "node:http";
import { Audience } from "../audience.ts";
import { eventOf, frameOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { pathOf, topicsOf } from "../query.ts";
import { sources } from "../turns.ts";

const HEAD = { "content-type": "text/event-stream", "cache-control": "no-cache" };
const audience = new Audience<ServerResponse>();
const own = new Set<ServerResponse>();

async function pipe(response: ServerResponse): Promise<void> {
  for await (const frame of sources.open(frameOf)) response.write(frame);
}

const server = createServer((request, response) => {
  const { url = "/" } = request;
  response.writeHead(200, HEAD);
  response.flushHeaders();
  const path = pathOf(url);
  if (path === "/events") {
    const topics = topicsOf(url);
    audience.add(response, topics);
    response.on("close", () => audience.delete(response, topics));
  } else if (path === "/own") {
    own.add(response);
    response.on("close", () => own.delete(response));
  } else if (path === "/pipe") void pipe(response);
  else if (path === "/hello") response.write(frameOf(eventOf(0, 100)));
});

serve({
  port: await listening(server),
  open: () => audience.size + own.size,
  publish: (topic, event) => {
    const frame = frameOf(event);
    for (const response of audience.of(topic)) response.write(frame);
  },
  sendEach: (event) => {
    for (const response of own) response.write(frameOf(event()));
  },
});
