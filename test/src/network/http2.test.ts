import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import type { ClosedStreamRecord, HubOptions, SseVerbs } from "@longwave/core";
import { sse as nodeSse } from "@longwave/core/node";
import { sse as honoSse } from "@longwave/hono";
import { sse as koaSse } from "@longwave/koa";
import { createParser } from "eventsource-parser";
import { Hono } from "hono";
import Koa from "koa";
import { afterEach, describe, expect, test } from "vitest";
import { Watch } from "../../conformance/client/within.ts";

type Events = Record<never, never>;

/** Every route subscribes to `news`. Errors that reach the framework go to `failed`. */
type Serve = (options: HubOptions, failed: (error: unknown) => void) => [SseVerbs<Events>, ServerType];

const faces: Readonly<Record<string, Serve>> = {
  node: (options) => {
    const events = nodeSse<Events>(options);
    return [events, createServer((request, response) => void events(request, response).subscribe("news"))];
  },
  koa: (options, failed) => {
    const events = koaSse<Events>(options);
    const app = new Koa();
    app.on("error", failed);
    app.use(events);
    app.use((ctx) => void ctx.sse.subscribe("news"));
    return [events, createServer(app.callback() as never)];
  },
  hono: (options, failed) => {
    const events = honoSse<Events>(options);
    const app = new Hono();
    app.get("/", (c) => events(c, (stream) => stream.subscribe("news")));
    app.onError((error, c) => {
      failed(error);
      return c.text("", 500);
    });
    return [events, createAdaptorServer({ fetch: app.fetch, createServer })];
  },
};

/** One stream of a session, as its reader has it. */
class Stream {
  headers: IncomingHttpHeaders = {};
  readonly data: string[] = [];
  readonly names: string[] = [];
  /** By which code it was reset, 0 for an end as it should be; undefined while it is open. */
  over: number | undefined;
  readonly http2: ClientHttp2Stream;
  readonly watch = new Watch();

  constructor(session: ClientHttp2Session) {
    this.http2 = session.request({ ":path": "/" });
    const parser = createParser({
      onEvent: ({ event = "message", data }) => {
        this.names.push(event);
        if (event === "message") this.data.push(data);
      },
    });
    this.http2.setEncoding("utf8").on("data", (chunk: string) => {
      parser.feed(chunk);
      this.watch.changed();
    });
    this.http2.on("response", (headers) => {
      this.headers = headers;
    });
    this.http2.on("error", () => {});
    this.http2.on("close", () => {
      this.over = this.http2.rstCode;
      this.watch.changed();
    });
  }

  until(what: string, is: () => boolean): Promise<true> {
    return this.watch.until(
      () => (is() ? true : undefined),
      () => `${what}; there are ${this.names.join()}`,
    );
  }
}

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end();
});

interface Running {
  readonly events: SseVerbs<Events>;
  readonly server: ServerType;
  readonly session: ClientHttp2Session;
  readonly closed: ClosedStreamRecord[];
  readonly closing: Watch;
  /** Whatever went wrong anywhere. */
  readonly errors: unknown[];
  /** Streams of the session that have their checkpoints. */
  open(count: number): Promise<Stream[]>;
}

async function run(serve: Serve, options: HubOptions = {}): Promise<Running> {
  const errors: unknown[] = [];
  const closed: ClosedStreamRecord[] = [];
  const closing = new Watch();
  const failed = (error: unknown): void => void errors.push(error);
  const observer = {
    error: failed,
    close: (record: ClosedStreamRecord) => {
      closed.push(record);
      closing.changed();
    },
  };
  const [events, server] = serve({ ...options, observer }, failed);
  for (const event of ["error", "sessionError", "streamError"]) server.on(event, failed);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  session.on("error", failed);
  endings.push(async () => {
    session.destroy();
    await events.close();
    if (server.listening)
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
  });
  const open = async (count: number): Promise<Stream[]> => {
    const streams = Array.from({ length: count }, () => new Stream(session));
    for (const stream of streams) await stream.until("a checkpoint", () => stream.names.length > 0);
    return streams;
  };
  return { events, server, session, closed, closing, errors, open };
}

describe.for(Object.entries(faces))("%s on node:http2", ([, serve]) => {
  test("a hundred streams share one session, and no header is forbidden there", async () => {
    const { events, errors, open } = await run(serve);
    const streams = await open(100);
    await events.publish("news", { data: "for all" });
    for (const stream of streams) {
      await stream.until("the event", () => stream.data.length > 0);
      expect(stream.data).toEqual(["for all"]);
      expect(stream.headers[":status"]).toBe(200);
      expect(stream.headers["content-type"]).toBe("text/event-stream");
      for (const name of ["connection", "transfer-encoding", "keep-alive"])
        expect(stream.headers).not.toHaveProperty(name);
    }
    expect(errors).toEqual([]);
  });

  test("a stalled stream does not stop its neighbours", async () => {
    const { events, errors, open } = await run(serve, { history: { bytes: 256 * 1024 } });
    const [stalled, ...neighbours] = (await open(4)) as [Stream, ...Stream[]];
    stalled.http2.pause();
    const numbers = Array.from({ length: 400 }, (_, number) => `${number}`);
    for (const number of numbers) {
      await events.publish("news", { data: `${number}:${"x".repeat(10_000)}` });
      // Several windows of the session and of a stream; no faster than the neighbours read.
      for (const stream of neighbours) await stream.until(number, () => stream.data.length > Number(number));
    }
    for (const { data } of neighbours) expect(data.map((text) => text.split(":")[0])).toEqual(numbers);
    expect(stalled.data.length).toBeLessThan(100);
    stalled.http2.resume();
    await stalled.until("the last event", () => stalled.data.at(-1)?.startsWith("399:") === true);
    expect(stalled.names).toContain("gap");
    expect(errors).toEqual([]);
  });

  test("a reset is a reader that leaves, and nothing else", async () => {
    const { events, errors, closed, closing, open } = await run(serve);
    const streams = (await open(5)) as [Stream, Stream, Stream, Stream, Stream];
    const [a, b, c, d, last] = streams;
    a.http2.close(constants.NGHTTP2_CANCEL);
    b.http2.close(constants.NGHTTP2_NO_ERROR);
    c.http2.destroy();
    // While something is under way to it.
    void events.publish("news", { data: "x".repeat(100_000) });
    d.http2.close(constants.NGHTTP2_INTERNAL_ERROR);
    await closing.until(
      () => (closed.length === 4 ? true : undefined),
      () => `4 records; there are ${closed.length}`,
    );
    expect(closed.map(({ reason }) => reason)).toEqual(["left", "left", "left", "left"]);
    await events.publish("news", { data: "on" });
    await last.until("an event", () => last.data.length === 2);
    expect(events.streams.size).toBe(1);
    expect(errors).toEqual([]);
  });

  test("a drain ends every stream as it should be, and nothing holds the session", async () => {
    const { events, server, session, errors, closed, open } = await run(serve);
    const streams = await open(10);
    const { ended, cut } = await events.drain({ within: 200 });
    expect({ ended, cut }).toEqual({ ended: 10, cut: 0 });
    for (const stream of streams) {
      await stream.until("its end", () => stream.over !== undefined);
      expect(stream.names.at(-1)).toBe("reconnect");
      expect(stream.over).toBe(constants.NGHTTP2_NO_ERROR);
    }
    expect(closed.map(({ reason, clean }) => ({ reason, clean }))).toEqual(
      streams.map(() => ({ reason: "shutdown", clean: true })),
    );
    // Nothing holds the session any more: it can be closed without cutting anything.
    const over = once(session, "close");
    session.close();
    await over;
    server.close();
    await once(server, "close");
    expect(errors).toEqual([]);
  });
});
