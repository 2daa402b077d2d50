import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Admission, type AdmissionOptions } from "../src/admission.ts";
import { Clock } from "../src/clock.ts";
import { MemoryExchange, type MemoryRequest } from "./support/memory-exchange.ts";
import { useClock } from "./support/station.ts";

beforeEach(useClock);

afterEach(() => {
  vi.useRealTimers();
});

/** A door, and visits to it. */
class Door {
  readonly admission: Admission;

  constructor(options: AdmissionOptions) {
    this.admission = new Admission(options, new Clock([], () => {}));
  }

  /** The client's key. */
  enter(request: MemoryRequest = {}): string | undefined {
    return this.admission.enter(new MemoryExchange(request));
  }

  /** What it answers: 200, or the refusal's status and when to come back. */
  answer(request: MemoryRequest = {}): number | string {
    try {
      this.enter(request);
      return 200;
    } catch (error) {
      const { status, headers } = error as { status: number; headers: Record<string, string> };
      return headers["retry-after"] === undefined ? status : `${status} ${headers["retry-after"]}`;
    }
  }
}

const ANN = { address: "192.0.2.1" };
const BEN = { address: "192.0.2.2" };

test("without options everybody is let in, and nobody is asked who they are", () => {
  const client = vi.fn();
  const door = new Door({ client });
  for (let i = 0; i < 100; i++) expect(door.enter(ANN)).toBeUndefined();
  expect(client).not.toHaveBeenCalled();
});

test("streams in all: beyond them 503, until one leaves", () => {
  const door = new Door({ limits: { streams: 2 } });
  expect([door.answer(), door.answer(), door.answer(), door.answer()]).toEqual([200, 200, "503 5", "503 5"]);
  door.admission.leave(undefined);
  expect([door.answer(), door.answer()]).toEqual([200, "503 5"]);
});

test("at capacity neither the hook nor the client is asked: refusing costs less than opening", () => {
  const [admit, client] = [vi.fn(() => true), vi.fn(() => "x")];
  const door = new Door({ limits: { streams: 0, streamsPerClient: 1 }, admit, client });
  expect(door.answer()).toBe("503 5");
  expect([admit, client].map(({ mock }) => mock.calls.length)).toEqual([0, 0]);
});

test("streams of one client: beyond them 429, for that client alone", () => {
  const door = new Door({ limits: { streamsPerClient: 2 } });
  const key = door.enter(ANN);
  expect([door.answer(ANN), door.answer(ANN), door.answer(BEN)]).toEqual([200, "429 10", 200]);
  door.admission.leave(key);
  expect([door.answer(ANN), door.answer(ANN)]).toEqual([200, "429 10"]);
});

test("who is refused as one client is not counted among all", () => {
  const door = new Door({ limits: { streams: 2, streamsPerClient: 1 } });
  expect([door.answer(ANN), door.answer(ANN), door.answer(BEN)]).toEqual([200, "429 10", 200]);
});

test("opens in a minute: a burst, then as they come back, and never more than the burst", () => {
  const door = new Door({ limits: { opensPerMinute: 6 } });
  const burst = () => Array.from({ length: 7 }, () => door.answer(ANN));
  const all = [200, 200, 200, 200, 200, 200, "429 10"];
  expect(burst()).toEqual(all);
  vi.advanceTimersByTime(4_000);
  expect(door.answer(ANN)).toBe("429 6");
  vi.advanceTimersByTime(6_000);
  expect([door.answer(ANN), door.answer(ANN)]).toEqual([200, "429 10"]);
  vi.advanceTimersByTime(3_600_000);
  expect(burst()).toEqual(all);
});

test("asking in vain costs no opens", () => {
  const door = new Door({ limits: { opensPerMinute: 1 } });
  expect(door.answer(ANN)).toBe(200);
  for (let second = 0; second < 59; second++) {
    vi.advanceTimersByTime(1_000);
    expect(door.answer(ANN)).toMatch("429");
  }
  vi.advanceTimersByTime(1_001);
  expect(door.answer(ANN)).toBe(200);
});

test("no opens at all: come back in a minute", () => {
  expect(new Door({ limits: { opensPerMinute: 0 } }).answer(ANN)).toBe("429 60");
});

test("who leaves at once has opened all the same", () => {
  const door = new Door({ limits: { opensPerMinute: 2 } });
  for (let i = 0; i < 2; i++) door.admission.leave(door.enter(ANN));
  expect(door.answer(ANN)).toBe("429 30");
});

test("limits change while running; those not named stay, and who is in stays in", () => {
  const door = new Door({ limits: { streams: 3 } });
  expect([door.answer(ANN), door.answer(ANN)]).toEqual([200, 200]);
  door.admission.limit({ streams: 1 });
  expect(door.answer(BEN)).toBe("503 5");
  door.admission.limit({ streams: 5, streamsPerClient: 1 });
  expect([door.answer(BEN), door.answer(BEN)]).toEqual([200, "429 10"]);
  door.admission.limit({ streamsPerClient: 2 });
  expect(door.answer(BEN)).toBe(200);
  expect(door.admission.limits).toMatchObject({ streams: 5, streamsPerClient: 2 });
  expect(() => door.admission.limit({ streams: -1 })).toThrow(
    expect.objectContaining({ code: "BAD_OPTION" }),
  );
  expect(door.admission.limits.streams).toBe(5);
});

test("a limit of opens that comes later begins with all of its own; one that is lifted is lifted", () => {
  const door = new Door({ limits: { streamsPerClient: 100 } });
  for (let i = 0; i < 10; i++) door.enter(ANN);
  door.admission.limit({ opensPerMinute: 2 });
  expect([door.answer(ANN), door.answer(ANN), door.answer(ANN)]).toEqual([200, 200, "429 30"]);
  door.admission.limit({ opensPerMinute: Number.POSITIVE_INFINITY });
  expect([door.answer(ANN), door.answer(ANN)]).toEqual([200, 200]);
  door.admission.limit({ opensPerMinute: 1 });
  expect([door.answer(ANN), door.answer(ANN)]).toEqual([200, "429 60"]);
});

test("who was not counted when it came is not counted out", () => {
  const door = new Door({});
  const key = door.enter(ANN);
  door.admission.limit({ streamsPerClient: 1 });
  expect(door.answer(ANN)).toBe(200);
  door.admission.leave(key);
  expect(door.answer(ANN)).toBe("429 10");
});

test.each<[string | undefined, number, string | undefined]>([
  // By default the header is the client's own claim.
  ["198.51.100.7", 0, "10.0.0.1"],
  ["198.51.100.7", 1, "198.51.100.7"],
  ["6.6.6.6, 198.51.100.7", 1, "198.51.100.7"],
  ["6.6.6.6, 198.51.100.7, 10.0.0.2", 2, "198.51.100.7"],
  ["6.6.6.6,198.51.100.7 ,10.0.0.2", 2, "198.51.100.7"],
  // Fewer than there should be: somebody went round the proxies, and is who the connection says.
  ["198.51.100.7", 2, "10.0.0.1"],
  ["", 1, "10.0.0.1"],
  ["6.6.6.6,", 1, "10.0.0.1"],
  [undefined, 1, "10.0.0.1"],
])("X-Forwarded-For: %s behind %d proxies is %s", (header, trustedProxies, client) => {
  const door = new Door({ limits: { streamsPerClient: 5 }, trustedProxies });
  const headers = header === undefined ? {} : { "x-forwarded-for": header };
  expect(door.enter({ address: "10.0.0.1", headers })).toBe(client);
});

test("a client that forges addresses is one client all the same", () => {
  const door = new Door({ limits: { streamsPerClient: 1 }, trustedProxies: 1 });
  const forged = (i: number) => ({ headers: { "x-forwarded-for": `6.6.6.${i}, 198.51.100.7` } });
  expect([1, 2, 3].map((i) => door.answer(forged(i)))).toEqual([200, "429 10", "429 10"]);
});

test("a client may be what the application says; nobody in particular is not limited", () => {
  const door = new Door({
    limits: { streamsPerClient: 1 },
    client: (visit) => visit.header("x-user"),
    trustedProxies: 1,
  });
  const ann = { ...ANN, headers: { "x-user": "ann" } };
  expect(door.enter(ann)).toBe("ann");
  expect([door.answer({ ...ann, ...BEN }), door.answer(ANN), door.answer(ANN)]).toEqual(["429 10", 200, 200]);
});

test("topics of a stream, and readers of a topic", () => {
  const { admission } = new Door({ limits: { topicsPerStream: 2, readersPerTopic: 3 } });
  const readersOf = (topic: string) => (topic === "full" ? 3 : 2);
  admission.checkTopics(new Set(["a", "b"]), readersOf);
  expect(() => admission.checkTopics(new Set(["a", "b", "c"]), readersOf)).toThrow(
    expect.objectContaining({ code: "LIMITED", status: 429, headers: { "retry-after": "60" } }),
  );
  expect(() => admission.checkTopics(new Set(["a", "full"]), readersOf)).toThrow(
    expect.objectContaining({ code: "LIMITED", status: 503, headers: { "retry-after": "5" } }),
  );
});

test("admit refuses by false, sees the visit and the load, and may throw its own", () => {
  const loads: number[] = [];
  const door = new Door({
    admit(visit, { streams }) {
      loads.push(streams);
      if (visit.method === "PUT") throw new RangeError("mine");
      return visit.header("user-agent") !== "bad";
    },
  });
  expect([door.answer(), door.answer({ headers: { "user-agent": "bad" } }), door.answer()]).toEqual([
    200, 403, 200,
  ]);
  expect(() => door.enter({ method: "PUT" })).toThrow(RangeError);
  expect(loads).toEqual([0, 1, 1, 2]);
});

test.each<[AdmissionOptions, Record<string, string>, number]>([
  [{ origins: ["https://a.example"] }, { origin: "https://a.example" }, 200],
  [{ origins: ["https://a.example"] }, { origin: "https://b.example" }, 403],
  [{ origins: ["https://a.example"] }, { origin: "https://a.example.evil" }, 403],
  [{ origins: ["https://a.example"] }, { origin: "null" }, 403],
  [{ origins: [] }, { origin: "https://a.example" }, 403],
  // No browser's cross-origin request comes without one.
  [{ origins: ["https://a.example"] }, {}, 200],
  [{ origins: [/^https:\/\/\w+\.example$/] }, { origin: "https://b.example" }, 200],
  [{ origins: [/^https:\/\/\w+\.example$/] }, { origin: "http://b.example" }, 403],
  [{ hosts: ["a.example"] }, { host: "a.example" }, 200],
  [{ hosts: ["a.example"] }, { host: "evil.example" }, 403],
  // One that hides its host is not let in.
  [{ hosts: ["a.example", /./] }, {}, 403],
  [{ referers: [/^https:\/\/a\.example\//] }, { referer: "https://a.example/page" }, 200],
  [{ referers: [/^https:\/\/a\.example\//] }, { referer: "https://b.example/" }, 403],
  [{ referers: [/^https:\/\/a\.example\//] }, {}, 200],
])("%j with %j: %d", (options, headers, status) => {
  expect(new Door(options).answer({ headers })).toBe(status);
});

test("a pattern with a memory of its own allows each time alike", () => {
  const door = new Door({ origins: [/a\.example/g, /b\.example/y] });
  for (const origin of ["a.example", "a.example", "b.example", "b.example"])
    expect(door.answer({ headers: { origin } })).toBe(200);
});

test("clients that are gone are forgotten, also when nothing beats between their visits", () => {
  const seen = vi.spyOn(Map.prototype, "delete");
  const door = new Door({ limits: { opensPerMinute: 10 } });
  for (let i = 0; i < 1_000; i++) door.admission.leave(door.enter({ address: `client ${i}` }));
  door.enter(ANN);
  vi.advanceTimersByTime(61_000);
  const forgotten = () => seen.mock.calls.filter(([key]) => `${key}`.startsWith("client ")).length;
  expect(forgotten()).toBe(0);
  door.enter(BEN);
  expect(forgotten()).toBe(1_000);
  // Who is still here is not.
  expect(seen.mock.calls.some(([key]) => key === ANN.address)).toBe(false);
  seen.mockRestore();
});
