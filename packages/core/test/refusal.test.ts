import { expect, test } from "vitest";
import type { HubOptions } from "../src/options.ts";
import type { MemoryExchange, MemoryRequest } from "./support/memory-exchange.ts";
import { received } from "./support/received.ts";
import { SlowLog } from "./support/slow-log.ts";
import { Station } from "./support/station.ts";
import { turn } from "./support/turn.ts";

const NATIVE: MemoryRequest = { headers: { accept: "text/event-stream" } };
const FETCH: MemoryRequest = { headers: { accept: "text/event-stream, */*" } };
const POST: MemoryRequest = { ...NATIVE, method: "POST" };

/** The answer to a reader that is one too many. */
async function refused(request: MemoryRequest, options: HubOptions = {}): Promise<MemoryExchange> {
  const station = new Station({ limits: { streams: 0 }, retry: [2_000, 3_000], ...options });
  const { exchange, stream } = station.come(request);
  await stream.subscribe("a");
  expect([stream.state, stream.closeReason, station.hub.streams.size]).toEqual(["closed", "refused", 0]);
  return exchange;
}

/** When a reader is told to come back, if it is told in a stream. */
function retryOf({ head, body, failed }: MemoryExchange): number | undefined {
  if (body === undefined) return undefined;
  expect(head).toMatchObject({ status: 200, headers: { "content-type": "text/event-stream" } });
  expect(failed).toBeUndefined();
  const all = received(body);
  expect(all).toEqual([{ retry: expect.any(Number) }, { event: "reconnect", data: '{"reason":"refused"}' }]);
  return all[0]?.retry;
}

test("a native reader gets a stream that says when to come back, within the range, and its end", async () => {
  const retries = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const retry = retryOf(await refused(NATIVE)) ?? 0;
    expect(retry).toBeGreaterThanOrEqual(2_000);
    expect(retry).toBeLessThanOrEqual(3_000);
    retries.add(retry);
  }
  // Each another time, so that they do not come all at once.
  expect(retries.size).toBeGreaterThan(5);
});

test.each([FETCH, POST, {}])("%j can look at a status, and gets it", async (request) => {
  const exchange = await refused(request);
  expect(exchange.head).toBeUndefined();
  expect(exchange.failed).toMatchObject({ code: "LIMITED", status: 503, headers: { "retry-after": "5" } });
});

test("whenRefused: status for everybody, or retry for everybody", async () => {
  expect((await refused(NATIVE, { whenRefused: "status" })).failed).toMatchObject({ status: 503 });
  for (const request of [FETCH, POST, {}])
    expect(retryOf(await refused(request, { whenRefused: "retry" }))).toBeGreaterThanOrEqual(2_000);
});

test("a refusal for good is a status for everybody: 403", async () => {
  for (const whenRefused of ["auto", "retry", "status"] as const) {
    const exchange = await refused(NATIVE, { limits: {}, admit: () => false, whenRefused });
    expect(exchange.failed).toMatchObject({ code: "FORBIDDEN", status: 403, expose: true });
  }
});

test("HEAD is answered as ever: it costs nothing", async () => {
  const { stream, exchange } = new Station({ limits: { streams: 0 } }).come({ method: "HEAD" });
  await stream.subscribe("a");
  expect([exchange.head?.status, exchange.body, stream.closeReason]).toEqual([200, undefined, "answered"]);
});

test("a closed hub refuses alike", async () => {
  const station = new Station();
  await station.hub.close();
  const [native, fetch] = [await station.subscribe("a", NATIVE), await station.subscribe("a", FETCH)];
  expect(retryOf(native.exchange)).toBeGreaterThan(0);
  expect(fetch.exchange.failed).toMatchObject({ code: "HUB_CLOSED", status: 503 });
});

test("closed while the log was asked, too: no other status stops a native reader for good", async () => {
  const station = new Station({ log: new SlowLog({}, [2]) });
  const [native, fetch] = [station.come(NATIVE), station.come(FETCH)];
  const opened = [native, fetch].map(({ stream }) => stream.subscribe("a", { from: "start" }));
  const closing = station.hub.close();
  await Promise.all(opened);
  await closing;
  expect(retryOf(native.exchange)).toBeGreaterThan(0);
  expect(fetch.exchange.failed).toMatchObject({ status: 503 });
});

test("a log that is away is no reason to stop a native reader for good; the observer hears of it", async () => {
  const log = new SlowLog();
  const station = new Station({ log });
  await station.cursor();
  log.away = true;
  for (const request of [NATIVE, FETCH]) {
    const { stream, exchange } = station.come(request);
    await stream.subscribe("a", { from: "start" });
    if (request === NATIVE) expect(retryOf(exchange)).toBeGreaterThan(0);
    else expect(exchange.failed).toMatchObject({ code: "LOG_FAILED", status: 503 });
  }
  expect(station.told.errors).toMatchObject([{ error: { code: "LOG_FAILED" } }]);
});

test("where somebody else has begun the answer, that is told instead", async () => {
  const station = new Station({ log: new SlowLog({}, [2]) });
  const { stream, exchange } = station.come(NATIVE);
  const opened = stream.subscribe("a", { from: "start" });
  const closing = station.hub.close();
  exchange.headSent = true;
  await opened;
  expect(exchange.failed?.code).toBe("HEAD_SENT");
  await closing;
  await turn();
});

test.each([
  [{ retry: [5, 4] }],
  [{ retry: [-1, 4] }],
  [{ retry: [1] }],
  [{ retry: 5 }],
  [{ retry: ["1", "2"] }],
  [{ whenRefused: "503" }],
  [{ client: "user" }],
  [{ admit: true }],
  [{ trustedProxies: -1 }],
  [{ trustedProxies: "1" }],
  [{ trustedProxies: true }],
  [{ origins: "https://a.example" }],
  [{ hosts: [5] }],
  [{ referers: /x/ }],
])("%j is a bad option", (options) => {
  expect(() => new Station(options as never)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
});
