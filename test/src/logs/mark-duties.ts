import { expect, test } from "vitest";
import { Recorder } from "./recorder.ts";
import { A, AB, body, fill, type Start, text } from "./under-test.ts";

const FINISHED = expect.objectContaining({ code: "TOPIC_FINISHED" });

/** What a log owes to entries that are the last of their topic, or replace older ones. */
export function markDuties(start: Start, breaks: boolean): void {
  test("LOG-LAST: the last entry of a topic is delivered and found with its mark, the others without", async () => {
    const { log } = await start();
    const recorder = await Recorder.of(log);
    const { epoch } = await log.append("a", body("1"));
    await log.append("a", body("2"), { last: true });
    await log.append("b", body("3"));
    await recorder.came(3);
    const { entries } = await log.after({ epoch, offset: 0 }, AB, 10);
    for (const all of [recorder.entries, entries]) {
      expect(all.map(text)).toEqual(["1", "2", "3"]);
      expect(all.map(({ last }) => last)).toEqual([undefined, true, undefined]);
    }
  });

  test("LOG-LAST-REFUSE: what is appended to a finished topic is refused, and takes no place in the order", async () => {
    const { log, connect } = await start();
    await log.append("a", body("1"), { last: true });
    const clients = connect === undefined ? [log] : [log, await connect()];
    for (const client of clients) {
      await expect(client.append("a", body("2"))).rejects.toEqual(FINISHED);
      await expect(client.append("a", body("3"), { last: true })).rejects.toEqual(FINISHED);
    }
    expect((await log.append("b", body("4"))).offset).toBe(2);
  });

  test("LOG-LAST-ONCE: of two ends under way at once, one is the end and the other is refused", async () => {
    const { log, connect } = await start();
    const other = (await connect?.()) ?? log;
    const ends = await Promise.allSettled(
      [log, other].map((client) => client.append("a", body("end"), { last: true })),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ends.find(({ status }) => status === "rejected")).toMatchObject({ reason: FINISHED });
  });

  test("LOG-LAST-FOLLOW: who follows is told which topics are finished, and where", async () => {
    const { log, connect } = await start();
    await fill(log, "abc");
    await log.append("a", body("4"), { last: true });
    await log.append("c", body("5"), { last: true });
    const other = (await connect?.()) ?? log;
    for (const client of [log, other]) {
      const { finished, head } = await Recorder.of(client);
      expect(new Map(finished)).toEqual(
        new Map([
          ["a", 4],
          ["c", 5],
        ]),
      );
      expect(head.offset).toBe(5);
    }
  });

  test("LOG-LAST-FORGOTTEN: what is remembered of finished topics is bounded; one forgotten begins anew", async () => {
    const { log } = await start({ maxTopics: 1 });
    await log.append("a", body("1"), { last: true });
    await log.append("b", body("2"), { last: true });
    expect([...(await Recorder.of(log)).finished]).toEqual([["b", 2]]);
    expect((await log.append("a", body("3"))).offset).toBe(3);
    await expect(log.append("b", body("4"))).rejects.toEqual(FINISHED);
  });

  test("LOG-KEY: after leaves out what a newer entry of its topic and key replaces, and nothing else", async () => {
    const { log } = await start();
    const { epoch } = await log.append("a", body("1"), { key: "x" });
    await log.append("a", body("2"), { key: "y" });
    await log.append("b", body("3"), { key: "x" });
    await log.append("a", body("4"));
    await log.append("a", body("5"), { key: "x" });
    await log.append("a", body("6"), { key: "" });
    await log.append("a", body("7"), { key: "" });
    const { entries, next } = await log.after({ epoch, offset: 0 }, AB, 10);
    expect(entries.map(text)).toEqual(["2", "3", "4", "5", "7"]);
    expect(next.offset).toBe(7);
  });

  test("LOG-KEY-LIMIT: what is left out counts for no limit, and pages together give each newest once", async () => {
    const { log } = await start();
    for (let i = 1; i <= 12; i++) await log.append("a", body(`${i}`), { key: `${i % 3}` });
    const { epoch } = await log.append("a", body("13"));
    let at = { epoch, offset: 0 };
    const texts: string[] = [];
    for (let reads = 0; at.offset < 13 && reads < 20; reads++) {
      const { entries, next } = await log.after(at, A, 1);
      expect(entries.length).toBeLessThanOrEqual(1);
      texts.push(...entries.map(text));
      at = next;
    }
    expect(texts).toEqual(["10", "11", "12", "13"]);
  });

  test("LOG-KEY-DELIVER: who follows gets all, with their keys", async () => {
    const { log } = await start();
    const recorder = await Recorder.of(log);
    await log.append("a", body("1"), { key: "x" });
    await log.append("a", body("2"), { key: "x" });
    await log.append("a", body("3"));
    await recorder.came(3);
    expect(recorder.entries.map(text)).toEqual(["1", "2", "3"]);
    expect(recorder.entries.map(({ key }) => key)).toEqual(["x", "x", undefined]);
  });

  test("LOG-KEY-LAST: the last entry of a topic may have a key, and replaces like any other", async () => {
    const { log } = await start();
    const { epoch } = await log.append("a", body("1"), { key: "x" });
    await log.append("a", body("2"), { key: "x", last: true });
    const { entries } = await log.after({ epoch, offset: 0 }, A, 10);
    expect(entries.map(({ offset, key, last }) => ({ offset, key, last }))).toEqual([
      { offset: 2, key: "x", last: true },
    ]);
  });

  if (breaks) {
    test("LOG-LAST-BROKEN: after a break it is still known what is finished", async () => {
      const { log, break: breakOff } = await start();
      const recorder = await Recorder.of(log);
      await log.append("a", body("1"), { last: true });
      breakOff?.();
      await recorder.breaks();
      expect([...(await Recorder.of(log)).finished]).toEqual([["a", 1]]);
      await expect(log.append("a", body("2"))).rejects.toEqual(FINISHED);
    });
  }
}
