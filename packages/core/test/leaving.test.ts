import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type NodeSse, sse } from "../src/node.ts";
import type { ClosedStreamRecord } from "../src/observer.ts";
import { turn } from "./support/turn.ts";

let events: NodeSse;
let server: Server;
let closed: Promise<ClosedStreamRecord>;
/** What a test does with a request before it becomes a stream. */
let before: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  before = () => {};
  closed = new Promise((resolve) => {
    events = sse({ observer: { close: resolve } });
  });
  server = createServer((request, response) => {
    before(request, response);
    void events(request, response).subscribe("prices");
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
});

afterEach(async () => {
  await events.close();
  server.closeAllConnections();
  server.close();
});

/** A reader that may close its half of the connection and read on. */
async function reader(request = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"): Promise<Socket> {
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }).setEncoding("latin1");
  socket.write(request);
  await until(socket, "checkpoint");
  return socket;
}

/** Resolves with what was read when a text has come. */
function until(socket: Socket, text: string): Promise<string> {
  let read = "";
  return new Promise((resolve, reject) => {
    const take = (chunk: string) => {
      read += chunk;
      if (!read.includes(text)) return;
      socket.off("data", take).off("end", ended);
      resolve(read);
    };
    const ended = () => reject(new Error(`ended before ${text}`));
    socket.on("data", take).on("end", ended);
  });
}

/** The next request, and what it tells of its end. */
function told(...listened: readonly string[]): {
  readonly heard: string[];
  request: IncomingMessage | undefined;
} {
  const what: { heard: string[]; request: IncomingMessage | undefined } = { heard: [], request: undefined };
  before = (request, response) => {
    what.request = request;
    for (const name of listened) request.on(name, () => what.heard.push(`request ${name}`));
    response.on("close", () => what.heard.push("response close"));
  };
  return what;
}

test("a reader's leaving makes no error that nobody hears, and all else is told", async () => {
  const what = told("aborted", "close");
  const socket = await reader();
  socket.end();
  expect(await closed).toMatchObject({ reason: "left" });
  expect(what.heard.toSorted()).toEqual(["request aborted", "request close", "response close"]);
  expect([what.request?.destroyed, what.request?.errored]).toEqual([true, null]);
});

test("whoever listens for errors of the request has it, as from any other request", async () => {
  const what = told("aborted", "error");
  const socket = await reader();
  socket.end();
  expect(await closed).toMatchObject({ reason: "left" });
  expect(what.heard.toSorted()).toEqual(["request aborted", "request error", "response close"]);
  expect(what.request?.errored).toMatchObject({ code: "ECONNRESET" });
});

test("a request that was cut in its body has an error, as from Node", async () => {
  const what = told("aborted");
  const socket = await reader("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\n\r\nab");
  socket.end();
  expect(await closed).toMatchObject({ reason: "left" });
  expect(what.request?.complete).toBe(false);
  expect(what.request?.errored).toMatchObject({ code: "ECONNRESET" });
});

test("a server that goes on with half of a connection does so", async () => {
  Object.assign(server, { httpAllowHalfOpen: true });
  const half = new Promise((resolve) => {
    before = ({ socket }) => socket.on("end", resolve);
  });
  const socket = await reader();
  socket.end();
  await half;
  const news = until(socket, "data: news");
  await events.publish("prices", { data: "news" });
  await news;
  socket.destroy();
});

test("what was written before a reader closed its half still gets out", async () => {
  let there: Socket | undefined;
  const half = new Promise((resolve) => {
    before = (request) => {
      there = request.socket.on("end", resolve);
    };
  });
  const socket = await reader();
  socket.pause();
  // More than the kernel takes, so that some of it waits here.
  const data = "x".repeat(60_000);
  do {
    await events.publish("prices", { data });
    // A response corks what it writes until the turn is over.
    await turn();
  } while (there?.writableLength === 0);
  const waiting = there?.writableLength ?? 0;
  socket.end();
  await half;
  expect(there?.destroyed).toBe(false);
  let read = 0;
  socket.on("data", (chunk: string) => {
    read += chunk.length;
  });
  socket.resume();
  await once(socket, "end");
  expect(read).toBeGreaterThan(waiting);
  expect(there?.writableLength).toBe(0);
});

test("after a stream nothing of it listens on its connection, which is the next request's", async () => {
  let there: Socket | undefined;
  before = (request) => {
    there = request.socket;
  };
  const socket = await reader();
  // As many as without a stream: a longer list is the memory of every idle stream.
  expect(there?.listenerCount("end")).toBe(2);
  const [stream] = events.streams;
  const end = until(socket, "0\r\n\r\n");
  stream?.close();
  await end;
  await closed;
  expect(there?.listenerCount("end")).toBe(1);
  expect(there?.destroyed).toBe(false);
});

test("a reader that leaves as its stream has just ended disturbs nobody", async () => {
  // Between the two Node has taken the response off its connection, and has not said that it is closed.
  const between = new Promise<unknown>((resolve) => {
    before = (request, response) => {
      response.on("finish", () => resolve(request.socket.emit("end")));
    };
  });
  const socket = await reader();
  const [stream] = events.streams;
  const end = until(socket, "0\r\n\r\n");
  stream?.close();
  await between;
  await end;
  expect(await closed).toMatchObject({ reason: "closed", clean: true });
});
