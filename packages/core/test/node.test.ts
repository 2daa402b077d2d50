import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import request from "supertest";
import { expect, test } from "vitest";
import { reading } from "../../../test/src/support/reading.ts";
import type { SseError } from "../src/errors.ts";
import { Hub } from "../src/hub.ts";
import { node, sse } from "../src/node.ts";

test("a request becomes a stream, with what was set on the response before", async () => {
  const events = sse();
  await events.publish("prices", { event: "tick", data: { price: 12 } });
  const app: RequestListener = (incoming, outgoing) => {
    outgoing.setHeader("x-own", "kept");
    outgoing.statusCode = 203;
    void events(incoming, outgoing).subscribe("prices", { from: "start" });
  };
  const answer = await request(app).get("/").buffer(true).parse(reading(2));
  expect(answer.status).toBe(203);
  expect(answer.headers).toMatchObject({
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
    "x-own": "kept",
  });
  expect(answer.body).toEqual(["checkpoint", 'tick {"price":12}']);
  await events.close();
});

test.each(["header", "query", "post"])("a reader comes back, and goes on from there: %s", async (how) => {
  const events = sse();
  const { epoch, offset } = await events.publish("prices", { data: "seen" });
  await events.publish("prices", { data: "missed" });
  const id = `${epoch}.${offset}`;
  const app: RequestListener = (incoming, outgoing) => {
    void events(incoming, outgoing).subscribe("prices");
  };
  const visit = request(app)[how === "post" ? "post" : "get"](how === "query" ? `/?lastEventId=${id}` : "/");
  if (how !== "query") visit.set("last-event-id", id);
  const { body } = await visit.buffer(true).parse(reading(2));
  expect(body).toEqual(["checkpoint", "message missed"]);
  await events.close();
});

test("a source runs to its end; its reader is not to come back; a HEAD gets the head alone", async () => {
  const events = sse();
  let ran = 0;
  const app: RequestListener = (incoming, outgoing) => {
    void events(incoming, outgoing).pipe(() => [{ data: `${++ran}` }]);
  };
  expect((await request(app).get("/")).text).toBe("data: 1\n\nid: ~end\nevent: end\ndata: \n\n");
  expect((await request(app).get("/").set("last-event-id", "~end")).status).toBe(204);
  const head = await request(app).head("/");
  expect([head.status, head.headers["content-type"], ran]).toEqual([200, "text/event-stream", 1]);
});

test("until its first verb a stream is nothing: the response may be answered in any other way", async () => {
  const events = sse();
  const app: RequestListener = (incoming, outgoing) => {
    const { state, lastEventId } = events(incoming, outgoing);
    outgoing.writeHead(401).end(`${state} ${lastEventId}`);
  };
  const { status, text, headers } = await request(app).get("/").set("last-event-id", "x.1");
  expect([status, text, headers["cache-control"]]).toEqual([401, "new x.1", undefined]);
});

test("a response that has begun is no stream any more: a clear error, and the response is left alone", async () => {
  const events = sse();
  const app: RequestListener = (incoming, outgoing) => {
    outgoing.write("begun, ");
    try {
      events(incoming, outgoing).send({ data: "never" });
    } catch (error) {
      outgoing.end((error as SseError).code);
    }
  };
  expect((await request(app).get("/")).text).toBe("begun, HEAD_SENT");
});

test("who is refused gets a status, a native reader a time to come back", async () => {
  const events = sse({ limits: { streams: 0 }, origins: ["https://example.com"] });
  const app: RequestListener = (incoming, outgoing) => {
    void events(incoming, outgoing).subscribe("prices");
  };
  const full = await request(app).get("/");
  expect([full.status, full.headers["retry-after"]]).toEqual([503, expect.stringMatching(/^\d+$/)]);
  const native = await request(app).get("/").set("accept", "text/event-stream");
  expect([native.status, native.text]).toEqual([200, expect.stringMatching(/retry: \d+\n/)]);
  const foreign = await request(app).get("/").set("origin", "https://example.org");
  expect([foreign.status, foreign.text]).toEqual([403, expect.stringContaining("rigin")]);
});

test("a log that is away is a 503, a fault of the application a 500: neither says why", async () => {
  const fail = () => Promise.reject(new Error("SECRET"));
  const log = { append: fail, follow: fail, after: fail, close: () => Promise.resolve() };
  const events = sse({ log, observer: { error: () => {} } });
  const app: RequestListener = (incoming, outgoing) => {
    const stream = events(incoming, outgoing);
    if (incoming.url === "/failed") stream.fail(new Error("SECRET"));
    else void stream.subscribe("prices");
  };
  for (const [path, expected] of [
    ["/", 503],
    ["/failed", 500],
  ] as const) {
    const { status, text, headers } = await request(app).get(path);
    expect([status, headers["content-type"]]).toEqual([expected, "text/plain; charset=utf-8"]);
    expect(text).not.toContain("SECRET");
  }
});

type Next = (error?: unknown) => void;
type Middleware = (incoming: IncomingMessage, outgoing: ServerResponse, next: Next) => void;

/** Runs middleware one after the other, as connect does, and answers errors at the end. */
function chain(...all: readonly Middleware[]): RequestListener {
  return (incoming, outgoing) => {
    const run = (at: number, error?: unknown): void => {
      if (error === undefined) all[at]?.(incoming, outgoing, (failed) => run(at + 1, failed));
      else outgoing.writeHead((error as SseError).status).end(`by the chain: ${(error as SseError).code}`);
    };
    run(0);
  };
}

test("as middleware: headers of those before are kept, the URL is the whole, errors go to next", async () => {
  const hub = new Hub({ limits: { topicsPerStream: 1 } });
  const before: Middleware = (_incoming, outgoing, next) => {
    outgoing.setHeader("access-control-allow-origin", "*");
    next();
  };
  // As a router does that takes its mount point off.
  const mounted: Middleware = (incoming, _outgoing, next) => {
    Object.assign(incoming, { originalUrl: incoming.url, url: "/" });
    next();
  };
  const prices: Middleware = (incoming, outgoing, next) => {
    const topics = incoming.headers["x-topics"]?.toString().split(",") ?? "prices";
    void hub.stream(node(incoming, outgoing, next)).subscribe(topics);
  };
  const app = chain(before, mounted, prices);
  const answer = await request(app).get("/api/prices?lastEventId=gone.1").buffer(true).parse(reading(2));
  expect(answer.headers["access-control-allow-origin"]).toBe("*");
  expect(answer.body).toEqual([expect.stringContaining('"asked":"gone.1"'), "checkpoint"]);
  const refused = await request(app).get("/api/prices").set("x-topics", "prices,news");
  expect(refused.text).toBe("by the chain: LIMITED");
  await hub.close();
});

test("faces of one hub have the same readers", async () => {
  const hub = new Hub();
  const [one, other] = [sse({ hub }), sse({ hub })];
  const app: RequestListener = (incoming, outgoing) => {
    void one(incoming, outgoing).subscribe("prices");
    void other.publish("prices", { data: "shared" });
  };
  const { body } = await request(app).get("/").buffer(true).parse(reading(2));
  expect(body).toEqual(["checkpoint", "message shared"]);
  expect(() => sse({ hub, heartbeat: 5 } as never)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
  await other.close();
});

test("a head that middleware would not let out is the framework's to answer", async () => {
  const events = sse();
  const app: RequestListener = (incoming, outgoing) => {
    const { writeHead } = outgoing;
    outgoing.writeHead = () => {
      outgoing.writeHead = writeHead;
      throw new Error("SECRET");
    };
    const exchange = node(incoming, outgoing, ({ code, cause }) => {
      outgoing.end(`${code}: ${(cause as Error).message}`);
    });
    void events.hub.stream(exchange).subscribe("prices");
  };
  expect((await request(app).get("/")).text).toBe("APPLICATION_FAILED: SECRET");
  await events.close();
});

const END = "id: ~end\nevent: end\ndata: \n\n";

test.each<[string, readonly string[], string | undefined, string]>([
  ["characters of several bytes", ["Grüße, 世界 🌍"], undefined, `data: Grüße, 世界 🌍\n\n${END}`],
  ["more than goes with the head", ["x".repeat(5_000)], undefined, `data: ${"x".repeat(5_000)}\n\n${END}`],
  ["several", ["1", "2"], undefined, `data: 1\n\ndata: 2\n\n${END}`],
  ["what the application writes first", ["1"], ": mine\n\n", `: mine\n\ndata: 1\n\n${END}`],
  ["none but the end", [], undefined, END],
])("the first bytes of a stream come whole, and in order: %s", async (_what, data, mine, text) => {
  const events = sse();
  const app: RequestListener = (incoming, outgoing) => {
    void events(incoming, outgoing).pipe(() => data.map((one) => ({ data: one })));
    if (mine !== undefined) outgoing.write(mine);
  };
  const answer = await request(app).get("/");
  expect([answer.status, answer.headers["content-type"], answer.text]).toEqual([
    200,
    "text/event-stream",
    text,
  ]);
  await events.close();
});
