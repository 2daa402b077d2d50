// A process of its own, for its heap and handles alone: readers that connect and leave, by the number it is given, of
// every kind of stream, each with a topic and an address of its own. Prints as JSON what is there before and after.
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import v8 from "node:v8";

/** Timers that tick, also those that do not keep a process alive: the runtime tells only of the others. */
let intervals = 0;
const { setInterval: set, clearInterval: clear } = globalThis;
const ticking = new Set();
globalThis.setInterval = (...rest) => {
  const timer = set(...rest);
  ticking.add(timer);
  intervals = ticking.size;
  return timer;
};
globalThis.clearInterval = (timer) => {
  ticking.delete(timer);
  intervals = ticking.size;
  clear(timer);
};
const { sse } = await import("@longwave/core/node");

const AT_ONCE = 200;
const total = Number(process.argv[2]);

let closed = 0;
let onclosed = () => {};
let errors = 0;
let Handle;
const events = sse({
  limits: { streams: 10_000, streamsPerClient: 4, readersPerTopic: 5 },
  trustedProxies: 1,
  maxAge: 60_000,
  idleTimeout: 60_000,
  history: { events: 100 },
  observer: {
    close: () => {
      closed++;
      onclosed();
    },
    error: () => errors++,
  },
});

async function* waiting(signal) {
  yield { data: "begun" };
  await new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
  });
}

const server = createServer((request, response) => {
  const stream = events(request, response);
  Handle ??= stream.constructor;
  const number = Number(request.url.slice(1));
  const kind = number % 4;
  if (kind === 0) void stream.subscribe([`topic-${number}`, "common"]);
  else if (kind === 1) {
    stream.until(Date.now() + 60_000);
    stream.send({ data: "begun" });
    stream.signal.addEventListener("abort", () => stream.send({ data: "after the end" }));
    void stream.ready().catch(() => {});
  } else if (kind === 2) void stream.pipe(waiting);
  else {
    void stream.subscribe(`topic-${number}`, { from: "start" });
    stream.send({ data: "private" });
  }
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const { port } = server.address();

/** One reader: comes, sees that it is served, and leaves, by FIN or by RST. */
async function visit(number) {
  const socket = connect({ port, host: "127.0.0.1" });
  socket.on("error", () => {});
  const address = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  socket.write(`GET /${number} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: ${address}\r\n\r\n`);
  let text = "";
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk.toString("latin1");
    if (text.includes("data")) break;
  }
  if (!text.startsWith("HTTP/1.1 200")) throw new Error(text);
  const gone = once(socket, "close");
  if (number % 3 === 0) socket.resetAndDestroy();
  else socket.destroy();
  await gone;
}

async function visits(from, count) {
  const before = closed;
  for (let at = from; at < from + count; at += AT_ONCE) {
    const size = Math.min(AT_ONCE, from + count - at);
    await Promise.all(Array.from({ length: size }, (_, offset) => visit(at + offset)));
    void events.publish("common", { data: at });
  }
  await new Promise((resolve) => {
    onclosed = () => {
      if (closed - before === count) resolve();
    };
    onclosed();
  });
}

async function measured() {
  // What is about to be closed, is; and weak things go by a collection and a turn.
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    globalThis.gc();
  }
  const { heapUsed, external } = process.memoryUsage();
  return {
    heap: heapUsed + external,
    handles: process.getActiveResourcesInfo().sort().join(),
    streams: events.streams.size,
    intervals,
    kept: v8.queryObjects(Handle, { format: "count" }),
    errors,
  };
}

// What is compiled and cached at first is not what is asked for.
await visits(0, Math.max(AT_ONCE, total / 4));
const before = await measured();
await visits(1_000_000, total);
const after = await measured();
console.log(JSON.stringify({ before, after, closed }));
server.close();
