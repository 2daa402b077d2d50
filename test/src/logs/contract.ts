import { type HistoryOptions, type Position, SseError } from "@longwave/core";
import { afterEach, describe, expect, test } from "vitest";
import { gapDuties } from "./gap-duties.ts";
import { markDuties } from "./mark-duties.ts";
import { Recorder } from "./recorder.ts";
import { A, AB, body, fill, type LogUnderTest, type MakeLog, text } from "./under-test.ts";

/**
 * The duties of a log, as the comment on `Log` in core lists them, by permanent ids: every log passes them. The log
 * given MUST keep what it keeps within `events` and `maxTopics` alone. One in this process `breaks` never, and has one
 * client.
 */
export function logContract(name: string, make: MakeLog, { breaks = true } = {}): void {
  let made: LogUnderTest[] = [];

  async function start(history: HistoryOptions = {}): Promise<LogUnderTest> {
    const under = await make(history);
    made.push(under);
    return under;
  }

  afterEach(async () => {
    const all = made;
    made = [];
    for (const under of all) await under.stop();
  });

  describe(`the log contract: ${name}`, () => {
    test("LOG-DENSE: offsets are dense over all topics together, in one epoch, which stands before them", async () => {
      const { log } = await start();
      const positions = await fill(log, "abca");
      expect(positions.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
      expect(new Set(positions.map(({ epoch }) => epoch)).size).toBe(1);
      expect(positions[0]?.epoch).toMatch(/^[A-Za-z0-9_~-]{1,64}$/);
    });

    test("LOG-DENSE-MANY: so they are when many appends are under way at once", async () => {
      const { log } = await start();
      const all = Array.from({ length: 50 }, (_, i) => log.append(i % 3 === 0 ? "a" : "b", body(`${i}`)));
      const positions = await Promise.all(all);
      expect(positions.map(({ offset }) => offset).sort((x, y) => x - y)).toEqual(
        Array.from({ length: 50 }, (_, i) => i + 1),
      );
    });

    test("LOG-ORDER: what one client appends keeps its order, without waiting for the answers", async () => {
      const { log } = await start();
      const recorder = await Recorder.of(log);
      const positions = await Promise.all(
        Array.from({ length: 50 }, (_, i) => log.append(i % 3 === 0 ? "a" : "b", body(`${i}`))),
      );
      await recorder.came(50);
      expect(positions.map(({ offset }) => offset)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
      expect(recorder.entries.map(text)).toEqual(Array.from({ length: 50 }, (_, i) => `${i}`));
    });

    test("LOG-EPOCH: two logs have two epochs", async () => {
      const [one, two] = [await start(), await start()];
      const [first] = await fill(one.log, "a");
      const [second] = await fill(two.log, "a");
      expect(first?.epoch).not.toBe(second?.epoch);
    });

    test("LOG-DELIVER: every follower gets every entry after its head, once, in order", async () => {
      const { log } = await start();
      const early = await Recorder.of(log);
      await fill(log, "aba");
      const late = await Recorder.of(log);
      expect(late.head.offset).toBe(3);
      await fill(log, "bab");
      await Promise.all([early.came(6), late.came(3)]);
      expect(early.offsets).toEqual([1, 2, 3, 4, 5, 6]);
      expect(late.offsets).toEqual([4, 5, 6]);
      expect(early.entries.map(({ topic }) => topic).join("")).toBe("ababab");
      expect(early.entries.slice(0, 3).map(text)).toEqual(["a1", "b2", "a3"]);
    });

    test("LOG-DELIVER-JOIN: nothing falls between the head of a follower and its deliveries", async () => {
      const { log } = await start();
      const appends = Array.from({ length: 20 }, (_, i) => log.append("a", body(`${i}`)));
      const recorder = await Recorder.of(log);
      await Promise.all(appends);
      await recorder.came(20 - recorder.head.offset);
      const { offset } = recorder.head;
      expect(recorder.offsets).toEqual(Array.from({ length: 20 - offset }, (_, i) => offset + 1 + i));
    });

    test("LOG-DELIVER-NESTED: a follower that appends inside a delivery upsets no order", async () => {
      const { log } = await start();
      const nested = await Recorder.of(log);
      const other = await Recorder.of(log);
      const appends: Promise<Position>[] = [];
      nested.ondeliver = (entries) => {
        for (const { topic } of entries) if (topic === "a") appends.push(log.append("b", body("nested")));
      };
      await fill(log, "aa");
      await Promise.all([nested.came(4), other.came(4)]);
      await Promise.all(appends);
      expect(nested.offsets).toEqual([1, 2, 3, 4]);
      expect(other.offsets).toEqual([1, 2, 3, 4]);
    });

    test("LOG-STOP: nothing is delivered after stop has settled, and stop may be called twice", async () => {
      const { log } = await start();
      const stopped = await Recorder.of(log);
      const witness = await Recorder.of(log);
      const append = log.append("a", body("1"));
      await stopped.stop();
      const before = stopped.offsets;
      await append;
      await fill(log, "aa");
      await witness.came(3);
      await stopped.stop();
      expect(stopped.offsets).toEqual(before);
    });

    test("LOG-AFTER: entries of the topics asked for, merged in log order, with their bytes", async () => {
      const { log } = await start();
      const [first] = await fill(log, "abcab");
      if (first === undefined) throw new Error("no position");
      const found = await log.after({ ...first, offset: 0 }, AB, 100);
      expect(found.gap).toBeUndefined();
      expect(found.entries.map(text)).toEqual(["a1", "b2", "a4", "b5"]);
      expect(found.next).toEqual({ epoch: first.epoch, offset: 5 });
    });

    test("LOG-AFTER-LIMIT: at most limit entries, and next goes on right after the last of them", async () => {
      const { log } = await start();
      const [first] = await fill(log, "ababcab");
      if (first === undefined) throw new Error("no position");
      let at = { ...first, offset: 0 };
      const texts: string[] = [];
      for (let reads = 0; reads < 10; reads++) {
        const found = await log.after(at, AB, 2);
        expect(found.entries.length).toBeLessThanOrEqual(2);
        texts.push(...found.entries.map(text));
        if (found.next.offset === at.offset) break;
        at = found.next;
      }
      expect(texts).toEqual(["a1", "b2", "a3", "b4", "a6", "b7"]);
      expect(at.offset).toBe(7);
    });

    test("LOG-AFTER-EMPTY: next moves on even when there is nothing for the topics", async () => {
      const { log } = await start();
      const [first] = await fill(log, "bbb");
      if (first === undefined) throw new Error("no position");
      const found = await log.after({ ...first, offset: 0 }, A, 10);
      expect(found).toEqual({ entries: [], next: { epoch: first.epoch, offset: 3 } });
    });

    gapDuties(start);
    markDuties(start, breaks);

    test("LOG-BODY: a body stays as it was appended, whatever bytes it has", async () => {
      const { log } = await start();
      const recorder = await Recorder.of(log);
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const whole = new Uint8Array([9, ...bytes, 9]);
      const { epoch } = await log.append("a", whole.subarray(1, 257));
      whole.fill(0);
      await recorder.came(1);
      const found = await log.after({ epoch, offset: 0 }, A, 1);
      expect(Array.from(found.entries[0]?.body ?? [])).toEqual(Array.from(bytes));
      expect(Array.from(recorder.entries[0]?.body ?? [])).toEqual(Array.from(bytes));
    });

    test("LOG-TOPICS: any string is a topic of its own", async () => {
      const { log } = await start();
      const topics = ["__proto__", "constructor", "a b", "a,b", "é", "e\u0301", "\u2028", "💡"];
      for (const topic of topics) await log.append(topic, body(topic));
      const { epoch } = await log.append("last", body("last"));
      for (const topic of topics) {
        const found = await log.after({ epoch, offset: 0 }, new Set([topic]), 10);
        expect(found.entries.map((entry) => entry.topic)).toEqual([topic]);
      }
    });

    test("LOG-CONCURRENT: any number of calls may be under way at once", async () => {
      const { log } = await start();
      const [first] = await fill(log, "abab");
      if (first === undefined) throw new Error("no position");
      const found = await Promise.all(
        Array.from({ length: 20 }, (_, i) => log.after({ ...first, offset: i % 5 }, A, 1)),
      );
      for (const [i, { entries }] of found.entries())
        expect(entries.map(text)).toEqual([["a1"], ["a3"], ["a3"], [], []][i % 5]);
    });

    test("LOG-CLOSE: further calls reject, deliveries stop, and closing twice is closing once", async () => {
      const { log } = await start();
      const recorder = await Recorder.of(log);
      const { epoch } = await log.append("a", body("1"));
      await log.close();
      await log.close();
      const before = recorder.offsets;
      await expect(log.append("a", body("2"))).rejects.toThrow();
      await expect(log.after({ epoch, offset: 0 }, A, 1)).rejects.toThrow();
      await expect(Recorder.of(log)).rejects.toThrow();
      expect(recorder.offsets).toEqual(before);
      expect(recorder.broken).toEqual([]);
    });

    if (breaks) {
      test("LOG-BROKEN: every follower is told once, what is in flight rejects, and it serves again", async () => {
        const { log, break: breakOff } = await start();
        if (breakOff === undefined) throw new Error("It cannot be broken.");
        const recorders = [await Recorder.of(log), await Recorder.of(log)];
        const append = log.append("a", body("1"));
        breakOff();
        await expect(append).rejects.toBeInstanceOf(SseError);
        for (const recorder of recorders) await recorder.breaks();
        const again = await Recorder.of(log);
        const before = recorders.map(({ offsets }) => offsets);
        await fill(log, "aa");
        await again.came(2);
        expect(recorders.map(({ offsets }) => offsets)).toEqual(before);
        expect(recorders.map(({ broken }) => broken.length)).toEqual([1, 1]);
        expect(again.broken).toEqual([]);
      });

      test("LOG-CLIENTS: every client sees one order, and one that closes disturbs no other", async () => {
        const { log, connect } = await start();
        if (connect === undefined) throw new Error("It has one client only.");
        const other = await connect();
        const recorders = [await Recorder.of(log), await Recorder.of(other)];
        await Promise.all(
          Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? log : other).append("a", body(`${i}`))),
        );
        for (const recorder of recorders) await recorder.came(20);
        expect(recorders[0]?.entries.map(text)).toEqual(recorders[1]?.entries.map(text));
        await other.close();
        await fill(log, "a");
        await recorders[0]?.came(21);
        expect(recorders[1]?.offsets).toHaveLength(20);
      });
    }
  });
}
