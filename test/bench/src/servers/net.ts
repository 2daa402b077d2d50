// A bare node:net loop: the practical limit of Node. The events of a turn are joined, framed as one HTTP chunk, and
// that one buffer is written to every socket. It checks nothing, forgets nothing and waits for nobody: a server that
// is as fast as this has spent nothing on being one.
import { createServer, type Socket } from "node:net";
import { Audience } from "../audience.ts";
import { eventOf, frameOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { listening } from "../listening.ts";
import { pathOf, topicsOf } from "../query.ts";
import { sources } from "../turns.ts";

const HEAD =
  "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n";
const audience = new Audience<Socket>();
const own = new Set<Socket>();
let turn = new Map<string, string>();
/** What was published since the cursor was asked for: as text, and for all who resume as one chunk. */
let history: string | undefined;
let replay: Buffer | undefined;

function chunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

/** One topic spoke: one buffer for all its readers. */
function writeShared(): void {
  for (const [topic, text] of turn) {
    const bytes = chunk(text);
    for (const socket of audience.of(topic)) socket.write(bytes);
  }
}

/** Several spoke: still one write for each reader. */
function writeJoined(): void {
  const texts = new Map<Socket, string>();
  for (const [topic, text] of turn) {
    for (const socket of audience.of(topic)) texts.set(socket, (texts.get(socket) ?? "") + text);
  }
  for (const [socket, text] of texts) socket.write(chunk(text));
}

function resume(socket: Socket): void {
  if (history !== undefined) replay = chunk(history);
  history = undefined;
  if (replay !== undefined) socket.write(replay);
}

async function pipe(socket: Socket): Promise<void> {
  for await (const frame of sources.open(frameOf)) socket.write(chunk(frame));
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => {});
  socket.once("data", (request: Buffer) => {
    const head = request.toString("latin1");
    const url = head.split(" ", 2)[1] ?? "/";
    socket.write(HEAD, "latin1");
    socket.resume();
    const path = pathOf(url);
    if (path === "/events") {
      const topics = topicsOf(url);
      audience.add(socket, topics);
      if (head.includes("last-event-id: ")) resume(socket);
      socket.on("close", () => audience.delete(socket, topics));
    } else if (path === "/own") {
      own.add(socket);
      socket.on("close", () => own.delete(socket));
    } else if (path === "/pipe") void pipe(socket);
    else if (path === "/hello") socket.write(chunk(frameOf(eventOf(0, 100))));
  });
});

serve({
  port: await listening(server),
  open: () => audience.size + own.size,
  publish: (topic, event) => {
    const frame = frameOf(event);
    turn.set(topic, (turn.get(topic) ?? "") + frame);
    if (history !== undefined) history += frame;
  },
  endTurn: () => {
    if (turn.size === 1) writeShared();
    else writeJoined();
    turn = new Map();
  },
  cursor: () => {
    history = "";
    return Promise.resolve("0");
  },
  sendEach: (event) => {
    for (const socket of own) socket.write(chunk(frameOf(event())));
  },
});
