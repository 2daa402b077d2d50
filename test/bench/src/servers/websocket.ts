// A WebSocket server on ws, without compression: is SSE the lighter choice?
import { createServer } from "node:http";
import { type WebSocket, WebSocketServer } from "ws";
import { Audience } from "../audience.ts";
import { eventOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { pathOf, topicsOf } from "../query.ts";

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const audience = new Audience<WebSocket>();
const own = new Set<WebSocket>();

sockets.on("connection", (socket, request) => {
  const { url = "/" } = request;
  const path = pathOf(url);
  socket.on("error", () => {});
  if (path === "/events") {
    const topics = topicsOf(url);
    audience.add(socket, topics);
    socket.on("close", () => audience.delete(socket, topics));
  } else if (path === "/own") {
    own.add(socket);
    socket.on("close", () => own.delete(socket));
  } else if (path === "/hello") socket.send(JSON.stringify(eventOf(0, 100)));
});

serve({
  port: await listening(server),
  open: () => audience.size + own.size,
  publish: (topic, event) => {
    const data = JSON.stringify(event);
    for (const socket of audience.of(topic)) socket.send(data);
  },
  sendEach: (event) => {
    for (const socket of own) socket.send(JSON.stringify(event()));
  },
});
