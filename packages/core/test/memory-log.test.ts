import { expect, test } from "vitest";
import type { SseErrorCode } from "../src/errors.ts";
import type { Entry, Found } from "../src/log.ts";
import { MemoryLog, type MemoryLogOptions } from "../src/memory-log.ts";

// What every log owes is in the log contract; this is what is peculiar to this one.

const encoder = new TextEncoder();

async function filled(topics: string, options: MemoryLogOptions = {}, size = 10): Promise<MemoryLog> {
  const log = new MemoryLog({ epoch: "e", ...options });
  for (const topic of topics) await log.append(topic, encoder.encode("x".repeat(size)));
  return log;
}

function after(log: MemoryLog, offset: number, topics: string, limit = 100): Promise<Found> {
  return log.after({ epoch: "e", offset }, new Set(topics), limit);
}

test("it is bounded by the number of events", async () => {
  const log = await filled("aaaaa", { events: 3 });
  expect(log.size.events).toBe(3);
  expect(await after(log, 2, "a")).toMatchObject({ entries: [{ offset: 3 }, { offset: 4 }, { offset: 5 }] });
  expect(await after(log, 1, "a")).toMatchObject({ gap: "evicted", next: { offset: 2 } });
});

test("no history: every reader that missed something is told", async () => {
  const log = await filled("ab", { events: 0 });
  expect(log.size).toEqual({ events: 0, bytes: 0 });
  expect(await after(log, 0, "a")).toMatchObject({ gap: "evicted", next: { offset: 2 } });
  expect((await after(log, 1, "a")).gap).toBeUndefined();
});

test("it is bounded by bytes, what it costs to hold them counted", async () => {
  const log = await filled("a".repeat(100), { bytes: 50_000 }, 1_000);
  expect(log.size.bytes).toBeLessThanOrEqual(50_000);
  expect(log.size.events).toBeGreaterThan(30);
  expect(log.size.events).toBeLessThan(45);
  const small = await filled("a".repeat(100), { bytes: 10_000 }, 1);
  expect(small.size.events).toBeLessThan(31);
});

test("an event larger than the bound is delivered, and not kept", async () => {
  const log = await filled("", { bytes: 100 });
  const delivered: number[] = [];
  await log.follow((entries) => delivered.push(...entries.map(({ offset }) => offset)));
  await log.append("a", new Uint8Array(200));
  expect(delivered).toEqual([1]);
  expect(log.size).toEqual({ events: 0, bytes: 0 });
});

test("it is bounded by age, also when nothing is appended any more", async () => {
  let now = 0;
  const log = await filled("a", { age: 100, now: () => now });
  now = 50;
  await log.append("a", encoder.encode("x"));
  now = 100;
  expect((await after(log, 0, "a")).entries).toHaveLength(2);
  now = 101;
  expect(await after(log, 0, "a")).toMatchObject({ gap: "evicted", next: { offset: 1 } });
  now = 151;
  expect(await after(log, 2, "a")).toEqual({ entries: [], next: { epoch: "e", offset: 2 } });
  expect(log.size).toEqual({ events: 0, bytes: 0 });
});

test("age can be turned off", async () => {
  let now = 0;
  const log = await filled("a", { age: Number.POSITIVE_INFINITY, now: () => now });
  now = 1e12;
  expect((await after(log, 0, "a")).entries).toHaveLength(1);
});

test("gaps are exact per topic: only what the reader's own topics lost counts", async () => {
  const log = await filled("abcbcc", { events: 2 });
  // Gone: a1 b2 c3 b4.
  const gaps = await Promise.all(
    ["a", "b", "c", "d"].map(async (topic) =>
      (await Promise.all([0, 1, 2, 3, 4].map((at) => after(log, at, topic)))).map(
        ({ gap }) => gap !== undefined,
      ),
    ),
  );
  expect(gaps).toEqual([
    [true, false, false, false, false],
    [true, true, true, true, false],
    [true, true, true, false, false],
    [false, false, false, false, false],
  ]);
});

test("floors are bounded in number: those forgotten may tell a gap without need", async () => {
  const log = await filled("abcd", { events: 1, maxTopics: 1 });
  expect((await after(log, 1, "a")).gap).toBe("evicted");
  expect((await after(log, 2, "a")).gap).toBeUndefined();
  expect((await after(log, 0, "never")).gap).toBe("evicted");
});

test("floors are bounded in age", async () => {
  let now = 0;
  const log = await filled("ab", { events: 1, age: 100, now: () => now });
  expect((await after(log, 0, "never")).gap).toBeUndefined();
  now = 101;
  expect((await after(log, 0, "never")).gap).toBe("evicted");
});

test("a body is the end of its frame: the bytes stand once", async () => {
  const log = await filled("a");
  const [entry] = (await after(log, 0, "a")).entries;
  expect(new TextDecoder().decode(entry?.frame)).toBe(`id: e.1\n${"x".repeat(10)}`);
  expect(entry?.body.buffer).toBe(entry?.frame?.buffer);
});

test("a follower that comes inside a delivery gets what comes after its head", async () => {
  const log = await filled("a");
  const late: number[] = [];
  let head: Promise<unknown> | undefined;
  await log.follow((entries) => {
    if (entries[0]?.offset !== 2) return;
    void log.append("a", encoder.encode("nested"));
    head = log
      .follow((more) => late.push(...more.map(({ offset }) => offset)))
      .then((following) => following.head);
  });
  await log.append("a", encoder.encode("x"));
  await log.append("a", encoder.encode("x"));
  expect(await head).toEqual({ epoch: "e", offset: 3 });
  expect(late).toEqual([4]);
});

test("closed, it holds nothing", async () => {
  const log = await filled("aaa");
  await log.close();
  expect(log.size).toEqual({ events: 0, bytes: 0 });
  await expect(log.append("a", encoder.encode("x"))).rejects.toMatchObject({ code: "LOG_FAILED" });
});

test.each<[string, MemoryLogOptions]>([
  ["events", { events: -1 }],
  ["events", { events: Number.NaN }],
  ["bytes", { bytes: "5" as never }],
  ["age", { age: -1 }],
  ["maxTopics", { maxTopics: null as never }],
  ["epoch", { epoch: "" }],
  ["epoch", { epoch: "a.b" }],
  ["epoch", { epoch: "a\nb" }],
])("a bad bound is refused: %s %j", (name, options) => {
  const code: SseErrorCode = "BAD_OPTION";
  expect(() => new MemoryLog(options)).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(name) }),
  );
});

test("entries carry their marks, to followers and to those who ask", async () => {
  const log = await filled("");
  const delivered: Entry[] = [];
  await log.follow((entries) => delivered.push(...entries));
  await log.append("a", encoder.encode("x"), { key: "k" });
  await log.append("a", encoder.encode("x"), { last: true });
  const { entries } = await after(log, 0, "a");
  for (const all of [delivered, entries])
    expect(all.map(({ key, last }) => [key, last])).toEqual([
      ["k", undefined],
      [undefined, true],
    ]);
});

test("it remembers that a topic is finished longer than its entries, and within maxTopics", async () => {
  const log = await filled("", { events: 1, maxTopics: 2 });
  for (const topic of ["a", "b", "c"]) await log.append(topic, encoder.encode("x"), { last: true });
  await expect(log.append("b", encoder.encode("x"))).rejects.toMatchObject({
    code: "TOPIC_FINISHED",
    value: "b",
  });
  expect(await log.append("a", encoder.encode("x"))).toMatchObject({ offset: 4 });
});

test("a page of many replaced entries ends at the head, however few are left", async () => {
  const log = await filled("");
  for (let i = 0; i < 100; i++) await log.append("a", encoder.encode("x"), { key: `${i % 5}` });
  const { entries, next } = await after(log, 0, "a", 6);
  expect(entries.map(({ offset }) => offset)).toEqual([96, 97, 98, 99, 100]);
  expect(next.offset).toBe(100);
});
