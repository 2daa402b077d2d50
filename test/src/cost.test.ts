import { createHook } from "node:async_hooks";
import { createServer, get, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { Hub, type HubOptions, type SseVerbs } from "@longwave/core";
import { sse as onNode } from "@longwave/core/node";
import { sse as onExpress } from "@longwave/express";
import { sse as onHono } from "@longwave/hono";
import { sse as onKoa } from "@longwave/koa";
import compression from "compression";
import express from "express";
import { Hono } from "hono";
import Koa from "koa";
import { beforeAll, describe, expect, test } from "vitest";
import { buildBench, childOf, stageOf } from "./support/bench.ts";
import { Recorded } from "./support/recorded.ts";

// A guard against going back: counts that do not depend on how fast the machine is.

// Written through its response a chunk is four writes to the socket, which node:http corks.
const writesPerTurn = process.env["LONGWAVE_DIRECT"] === "off" ? 4 : 1;

interface App {
  readonly server: Server;
  readonly events: SseVerbs;
}

const apps: Readonly<Record<string, (options: HubOptions) => App>> = {
  express: (options) => {
    const events = onExpress(options);
    const app = express();
    app.use(events);
    app.get("/", (_request, response) => void response.sse.subscribe("all"));
    return { events, server: createServer(app) };
  },
  "express behind compression()": (options) => {
    const events = onExpress(options);
    const app = express();
    app.use(compression(), events);
    app.get("/", (_request, response) => void response.sse.subscribe("all"));
    return { events, server: createServer(app) };
  },
  koa: (options) => {
    const events = onKoa(options);
    const app = new Koa();
    app.use(events);
    app.use((ctx) => void ctx.sse.subscribe("all"));
    const handle = app.callback();
    return { events, server: createServer((request, response) => void handle(request, response)) };
  },
  hono: (options) => {
    const events = onHono(options);
    const app = new Hono();
    app.get("/", (c) => events(c, (stream) => stream.subscribe("all")));
    return { events, server: createAdaptorServer({ fetch: app.fetch }) as Server };
  },
  "node:http": (options) => {
    const events = onNode(options);
    const server = createServer((request, response) => void events(request, response).subscribe("all"));
    return { events, server };
  },
};

/** A server that listens, and how often its sockets were written to. */
class Counted implements AsyncDisposable {
  writes = 0;
  /** Writes that were joined are one call of the system. */
  calls = 0;
  encodes = 0;
  readonly events: SseVerbs;
  readonly #server: Server;

  private constructor(make: (options: HubOptions) => App) {
    const { server, events } = make({
      serialize: (data) => {
        this.encodes++;
        return JSON.stringify(data);
      },
    });
    this.events = events;
    this.#server = server;
    server.on("connection", (socket: Socket) => {
      const { write, _write, _writev } = socket;
      socket.write = ((...args: Parameters<typeof write>) => {
        this.writes++;
        return write.apply(socket, args);
      }) as typeof write;
      socket._write = (...args: Parameters<typeof _write>) => {
        this.calls++;
        _write.apply(socket, args);
      };
      socket._writev = (...args: Parameters<NonNullable<typeof _writev>>) => {
        this.calls++;
        _writev?.apply(socket, args);
      };
    });
  }

  static async listen(make: (options: HubOptions) => App): Promise<Counted> {
    const counted = new Counted(make);
    await new Promise<void>((resolve) => {
      counted.#server.listen(0, "127.0.0.1", resolve);
    });
    return counted;
  }

  /** A reader, once its first bytes came. */
  async reader(lastEventId?: string): Promise<CountingReader> {
    const { port } = this.#server.address() as AddressInfo;
    const headers = lastEventId === undefined ? {} : { "last-event-id": lastEventId };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      get({ port, host: "127.0.0.1", agent: false, headers }, resolve).on("error", reject);
    });
    return new CountingReader(response);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await this.events.close();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

class CountingReader {
  #text = "";
  #heard = () => {};

  constructor(response: IncomingMessage) {
    response.setEncoding("utf8").on("data", (text: string) => {
      this.#text += text;
      this.#heard();
    });
    response.on("error", () => {});
  }

  /** Resolves when the text has come, however it was cut. */
  async has(text: string): Promise<void> {
    while (!this.#text.includes(text)) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}

/** One reader and its stream, counted from after its first event, which may still go the way of the head. */
async function alone(app: Counted) {
  const reader = await app.reader();
  const [stream] = app.events.hub.streams;
  stream?.send({ data: "first" });
  await reader.has("first");
  app.calls = 0;
  return { reader, stream };
}

describe.for(Object.entries(apps))("%s", ([, make]) => {
  test("one write to the socket for each reader and turn, and one encode for each event", async () => {
    await using app = await Counted.listen(make);
    const readers = await Promise.all(Array.from({ length: 8 }, () => app.reader()));
    await Promise.all(readers.map((reader) => reader.has("checkpoint")));
    // The first event may still go the way of the head.
    await app.events.publish("all", { data: "first" });
    await Promise.all(readers.map((reader) => reader.has("first")));
    app.writes = 0;
    for (let turn = 0; turn < 5; turn++) {
      for (let n = 0; n < 20; n++) void app.events.publish("all", { data: { turn, n } });
      await app.events.settled();
      await Promise.all(readers.map((reader) => reader.has(`{"turn":${turn},"n":19}`)));
    }
    expect(app.writes).toBe(8 * 5 * writesPerTurn);
    expect(app.encodes).toBe(5 * 20);
  });

  test("a resume encodes nothing again, and is not one write for each event", async () => {
    await using app = await Counted.listen(make);
    const cursor = await app.events.cursor();
    for (let n = 0; n < 500; n++) void app.events.publish("all", { data: { n } });
    await app.events.settled();
    app.writes = 0;
    const readers = await Promise.all(Array.from({ length: 4 }, () => app.reader(cursor)));
    await Promise.all(readers.map((reader) => reader.has('{"n":499}')));
    expect(app.encodes).toBe(500);
    // The head, the checkpoint, and the events in a piece or few; through a web stream some pieces of frame more.
    expect(app.writes).toBeLessThanOrEqual(4 * 12);
  });

  test("private events of one tick: the first goes out at once, and the others together", async () => {
    await using app = await Counted.listen(make);
    const { reader, stream } = await alone(app);
    for (let n = 0; n < 20; n++) stream?.send({ data: { n } });
    // With the path off they go out together with the first.
    expect(app.calls).toBe(writesPerTurn === 1 ? 1 : 0);
    await reader.has('{"n":19}');
    expect(app.calls).toBe(writesPerTurn === 1 ? 2 : 1);
  });

  test("more private events of one tick than may wait go out within it", async () => {
    await using app = await Counted.listen(make);
    const { reader, stream } = await alone(app);
    const data = "x".repeat(1_000);
    for (let n = 0; n < 200; n++) stream?.send({ event: `n${n}`, data });
    // With the path off they wait for the end of the tick.
    if (writesPerTurn === 1) expect(app.calls).toBeGreaterThanOrEqual(3);
    else expect(app.calls).toBe(0);
    for (let n = 0; n < 200; n++) await reader.has(`event: n${n}\ndata: ${data}\n\n`);
    expect(app.calls).toBeLessThan(40);
  });
});

// Through a web stream the head goes by itself.
test.for(Object.entries(apps).filter(([name]) => name !== "hono"))(
  "a stream opens with one write, of its head and its checkpoint: %s",
  async ([, make]) => {
    await using app = await Counted.listen(make);
    const reader = await app.reader();
    await reader.has("checkpoint");
    expect(app.writes).toBe(writesPerTurn === 1 ? 1 : 1 + writesPerTurn);
  },
);

test.for(Object.entries(apps).filter(([name]) => name !== "hono"))(
  "a resume of up to 128 KiB is one call of the system, its head included: %s",
  async ([, make]) => {
    await using app = await Counted.listen(make);
    const cursor = await app.events.cursor();
    for (let n = 0; n < 500; n++) void app.events.publish("all", { data: { n, text: "x".repeat(150) } });
    await app.events.settled();
    const readers = await Promise.all(Array.from({ length: 4 }, () => app.reader(cursor)));
    await Promise.all(readers.map((reader) => reader.has('{"n":499,')));
    expect(app.calls).toBe(4);
  },
);

describe("in memory", () => {
  test("all readers are given the very same bytes", async () => {
    const hub = new Hub();
    const readers = Array.from({ length: 50 }, () => new Recorded());
    await Promise.all(readers.map((reader) => hub.stream(reader).subscribe("all")));
    for (const reader of readers) reader.chunks.length = 0;
    for (let n = 0; n < 10; n++) void hub.publish("all", { data: n });
    await hub.settled();
    const [first] = readers;
    expect(first?.chunks).toHaveLength(1);
    for (const { chunks } of readers) {
      expect(chunks).toHaveLength(1);
      expect(chunks[0]).toBe(first?.chunks[0]);
    }
    await hub.close();
  });

  test("readers with private topics share what came on the one they have in common", async () => {
    const hub = new Hub();
    const readers = Array.from({ length: 50 }, () => new Recorded());
    await Promise.all(readers.map((reader, i) => hub.stream(reader).subscribe([`own ${i}`, "all"])));
    for (const reader of readers) reader.chunks.length = 0;
    await hub.publish("all", { data: "x" });
    await hub.settled();
    expect(new Set(readers.flatMap(({ chunks }) => chunks)).size).toBe(1);
    await hub.close();
  });

  test("a hub has one timer, however many streams are open", async () => {
    let timers = 0;
    const hook = createHook({
      init: (_id, type) => {
        if (type === "Timeout") timers++;
      },
    });
    const hub = new Hub();
    hook.enable();
    await Promise.all(Array.from({ length: 100 }, () => hub.stream(new Recorded()).subscribe("all")));
    for (let i = 0; i < 100; i++) hub.stream(new Recorded()).comment("private");
    hook.disable();
    expect(timers).toBeLessThanOrEqual(1);
    await hub.close();
  });
});

describe("in a process of its own", () => {
  beforeAll(buildBench);

  /** What a stream may keep on the heap over its framework's bare route, in bytes. */
  const most = 3_200;
  const streams = 2_000;

  async function heapPerStream(name: string): Promise<number> {
    await using stage = await stageOf(name);
    await stage.open(200);
    await stage.leave();
    const before = await stage.memory();
    await stage.open(streams);
    const after = await stage.memory();
    return (after.heap - before.heap) / streams;
  }

  test.for(["express", "koa", "hono"])(
    "an idle stream in %s keeps little more than a bare route",
    async (framework) => {
      const bare = await heapPerStream(`bare-${framework}`);
      const ours = await heapPerStream(`longwave-${framework}`);
      expect(ours - bare).toBeLessThan(most);
    },
  );

  test("a delivery allocates nothing of its own", async () => {
    const file = join("servers", "sinks.js");
    // A young generation that holds all that the test allocates, so that nothing is collected while it counts.
    await using child = await childOf(file, [
      "--expose-gc",
      "--min-semi-space-size=128",
      "--max-semi-space-size=128",
    ]);
    const { deliveries, bytes } = await child.ask<{ deliveries: number; bytes: number }>("allocations", {
      readers: 1_000,
      events: 100,
    });
    expect(deliveries).toBe(100_000);
    // A number for the time, and what an event costs once, shared among a thousand; no object for each reader.
    expect(bytes / deliveries).toBeLessThan(40);
  });
});
