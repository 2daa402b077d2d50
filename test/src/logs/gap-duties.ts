import { expect, test } from "vitest";
import { A, AB, fill, type Start, text } from "./under-test.ts";

/** What a log owes to a position that it cannot continue. */
export function gapDuties(start: Start): void {
  test("LOG-GAP: what is gone is told, and next is from where there is no gap, at the oldest kept", async () => {
    const { log } = await start({ events: 3 });
    const [first] = await fill(log, "aababa");
    if (first === undefined) throw new Error("no position");
    const found = await log.after(first, A, 10);
    expect(found).toMatchObject({ gap: "evicted", entries: [], next: { epoch: first.epoch, offset: 3 } });
    const again = await log.after(found.next, A, 10);
    expect(again.gap).toBeUndefined();
    expect(again.entries.map(text)).toEqual(["a4", "a6"]);
  });

  test("LOG-GAP-EDGE: a cursor at the last entry that is gone has lost nothing", async () => {
    const { log } = await start({ events: 3 });
    const positions = await fill(log, "aaaaaa");
    const [, second, third] = positions;
    if (second === undefined || third === undefined) throw new Error("no position");
    expect((await log.after(second, A, 10)).gap).toBe("evicted");
    expect((await log.after(third, A, 10)).entries.map(text)).toEqual(["a4", "a5", "a6"]);
  });

  test("LOG-GAP-OTHERS: that other topics' entries are gone is no gap", async () => {
    const { log } = await start({ events: 2 });
    const [first] = await fill(log, "abbbbb");
    if (first === undefined) throw new Error("no position");
    expect((await log.after(first, A, 10)).gap).toBeUndefined();
    expect((await log.after({ ...first, offset: 0 }, A, 10)).gap).toBe("evicted");
    expect((await log.after(first, AB, 10)).gap).toBe("evicted");
  });

  test("LOG-GAP-FORGOTTEN: what a log no longer remembers of a topic is a gap, never silence", async () => {
    const { log } = await start({ events: 1, maxTopics: 1 });
    const [first] = await fill(log, "abcd");
    if (first === undefined) throw new Error("no position");
    expect((await log.after({ ...first, offset: 0 }, A, 10)).gap).toBe("evicted");
  });

  test("LOG-GAP-EPOCH: a position of another epoch is a gap", async () => {
    const { log } = await start();
    const [first] = await fill(log, "ba");
    const found = await log.after({ epoch: "another", offset: 1 }, A, 10);
    expect(found).toMatchObject({ gap: "epoch", entries: [], next: { epoch: first?.epoch, offset: 1 } });
  });

  test("LOG-GAP-FUTURE: a position beyond the head is a gap", async () => {
    const { log } = await start();
    const [first] = await fill(log, "ab");
    if (first === undefined) throw new Error("no position");
    const found = await log.after({ ...first, offset: 3 }, A, 10);
    expect(found).toMatchObject({ gap: "future", next: { offset: 0 } });
    expect((await log.after({ ...first, offset: 2 }, A, 10)).gap).toBeUndefined();
  });

  test("LOG-GAP-NEXT: after a gap without an entry of the topics, next is no gap either", async () => {
    const { log } = await start();
    await fill(log, "bb");
    const found = await log.after({ epoch: "another", offset: 7 }, A, 10);
    expect(await log.after(found.next, A, 10)).toMatchObject({ entries: [], next: { offset: 2 } });
  });
}
