import { expect, test } from "vitest";
import type { SseErrorCode } from "../src/errors.ts";
import { type Route, sse } from "../src/fetch.ts";
import { Hub } from "../src/hub.ts";
import type { ClosedStreamRecord } from "../src/observer.ts";

const address = "http://localhost/prices";

function ask(path = "", init: RequestInit = {}): Request {
  return new Request(address + path, init);
}

/** The next so many chunks of a body, as text; then its reader leaves. */
async function take(response: Response, chunks: number): Promise<string> {
  const reader = response.body?.getReader();
  let text = "";
  for (let at = 0; at < chunks; at++) text += new TextDecoder().decode((await reader?.read())?.value);
  await reader?.cancel();
  return text;
}

test("a request becomes a stream, which goes on after the route has returned", async () => {
  const events = sse();
  const response = await events(ask(), (stream) => stream.subscribe("prices"));
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toEqual({
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  });
  expect(events.streams.size).toBe(1);
  await events.publish("prices", { event: "tick", data: { price: 12 } });
  expect(await take(response, 2)).toMatch(/event: checkpoint\n.*event: tick\ndata: \{"price":12\}\n\n$/s);
  expect(events.streams.size).toBe(0);
});

test.each([
  ["the header", "", (id: string) => ({ headers: { "last-event-id": id } })],
  ["an alias in the query", "?lastEventId=", () => ({})],
  [
    "the header on a POST",
    "",
    (id: string) => ({ method: "POST", body: "{}", headers: { "last-event-id": id } }),
  ],
])("a reader comes back with %s, and goes on from there", async (_name, query, init) => {
  const events = sse();
  const { epoch, offset } = await events.publish("prices", { data: "seen" });
  await events.publish("prices", { data: "missed" });
  const id = `${epoch}.${offset}`;
  const response = await events(ask(query === "" ? "" : query + id, init(id)), (stream) => {
    expect(stream.lastEventId).toBe(id);
    return stream.subscribe("prices");
  });
  await events.finish("prices");
  const text = await response.text();
  expect(text).toContain("data: missed");
  expect(text).not.toContain("data: seen");
});

test("a source runs to its end, and its reader is not to come back", async () => {
  const events = sse();
  const route: Route = (stream) => stream.pipe([{ event: "token", data: "Hello" }]);
  const first = await (await events(ask(), route)).text();
  expect(first).toBe("event: token\ndata: Hello\n\nid: ~end\nevent: end\ndata: \n\n");
  const again = await events(ask("", { headers: { "last-event-id": "~end" } }), route);
  expect([again.status, again.body]).toEqual([204, null]);
});

test("the body of a POST is the route's to read, before the stream and after", async () => {
  const events = sse();
  for (const early of [true, false]) {
    const request = ask("", { method: "POST", body: "why" });
    const response = await events(request, async (stream) => {
      const question = early ? await request.text() : undefined;
      stream.send({ event: "begin", data: "" });
      stream.send({ data: question ?? (await request.text()) });
      stream.close();
    });
    expect(await response.text()).toBe("event: begin\ndata: \n\ndata: why\n\n");
  }
});

test("a HEAD gets the head alone", async () => {
  const events = sse();
  const response = await events(ask("", { method: "HEAD" }), (stream) => stream.subscribe("prices"));
  expect([response.status, response.body, events.streams.size]).toEqual([200, null, 0]);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
});

test("a route may answer in any other way", async () => {
  const events = sse();
  const own = new Response("who are you?", { status: 401 });
  expect(await events(ask(), () => own)).toBe(own);
  expect(await events(ask(), async () => own)).toBe(own);
  expect(events.streams.size).toBe(0);
});

test("a reader that leaves ends the stream: by its signal, or by cancelling the body", async () => {
  const closed: ClosedStreamRecord[] = [];
  const events = sse({ observer: { close: (record) => closed.push(record) } });
  const gone = new AbortController();
  const request = ask("", { signal: gone.signal });
  await events(request, (stream) => stream.subscribe("prices"));
  gone.abort();
  const other = await events(ask(), (stream) => stream.subscribe("prices"));
  await other.body?.cancel();
  expect(closed.map(({ reason, url }) => [reason, url])).toEqual([
    ["left", address],
    ["left", address],
  ]);
});

test("who is refused gets a status, a native reader a time to come back", async () => {
  const events = sse({ limits: { streams: 0 }, origins: ["https://example.com"] });
  const route: Route = (stream) => stream.subscribe("prices");
  const full = await events(ask(), route);
  expect([full.status, full.headers.get("retry-after")]).toEqual([503, expect.stringMatching(/^\d+$/)]);
  const native = await events(ask("", { headers: { accept: "text/event-stream" } }), route);
  expect([native.status, await native.text()]).toEqual([200, expect.stringMatching(/retry: \d+\n/)]);
  const foreign = await events(ask("", { headers: { origin: "https://example.org" } }), route);
  expect([foreign.status, await foreign.text()]).toEqual([403, expect.stringContaining("rigin")]);
});

test("a log that is away is a 503, and says nothing of why", async () => {
  const fail = () => Promise.reject(new Error("SECRET"));
  const log = { append: fail, follow: fail, after: fail, close: () => Promise.resolve() };
  const events = sse({ log, observer: { error: () => {} } });
  const response = await events(ask(), (stream) => stream.subscribe("prices"));
  expect(response.status).toBe(503);
  expect(await response.text()).not.toContain("SECRET");
});

const faults: readonly [string, SseErrorCode, Route][] = [
  ["ends without a stream or an answer", "NOT_OPENED", () => undefined],
  ["returns what is no Response", "NOT_OPENED", () => ({ status: 401 })],
  ["sends what cannot be sent", "BAD_EVENT_NAME", (stream) => stream.send({ event: "error" })],
  ["subscribes to no topic", "BAD_TOPIC", (stream) => stream.subscribe("")],
];

test.each(faults)(
  "a route that %s rejects with %s, for the server to answer and log",
  async (_name, code, route) => {
    const events = sse();
    await expect(events(ask(), route)).rejects.toMatchObject({ code });
    expect(events.streams.size).toBe(0);
  },
);

test("what a route throws before the stream is thrown; what it throws later is the observer's", async () => {
  const thrown = new Error("SECRET");
  const heard: unknown[] = [];
  const events = sse({ observer: { error: ({ code, cause }) => heard.push([code, cause]) } });
  const throwing: Route = () => {
    throw thrown;
  };
  await expect(events(ask(), throwing)).rejects.toBe(thrown);
  expect(heard).toEqual([]);
  const response = await events(ask(), async (stream) => {
    stream.send({ data: "begun" });
    await Promise.reject(thrown);
  });
  expect(await response.text()).toBe("data: begun\n\n");
  expect(heard).toEqual([["APPLICATION_FAILED", thrown]]);
});

test("faces of one hub have the same readers", async () => {
  const hub = new Hub();
  const [one, other] = [sse({ hub }), sse({ hub })];
  const response = await one(ask(), (stream) => stream.subscribe("prices"));
  await other.publish("prices", { data: "shared" });
  expect(await take(response, 2)).toContain("data: shared");
  expect(() => sse({ hub, heartbeat: 5 } as never)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
});
