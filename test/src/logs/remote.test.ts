import { Hub, type Log } from "@longwave/core";
import { afterEach, describe, expect, test } from "vitest";
import { MemoryExchange } from "../../../packages/core/test/support/memory-exchange.ts";
import type { MemorySink } from "../../../packages/core/test/support/memory-sink.ts";
import { lastIdOf } from "../../../packages/core/test/support/received.ts";
import { logContract } from "./contract.ts";
import { type RemoteLog, type RemoteLogOptions, startRemoteLog } from "./remote-log.ts";

logContract("remote", (history) => startRemoteLog({ history }));

describe("hubs on a log in another process", () => {
  const stops: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });

  async function start(options: RemoteLogOptions): Promise<RemoteLog> {
    const remote = await startRemoteLog(options);
    stops.push(() => remote.stop());
    return remote;
  }

  function hubOn(log: Log): Hub<object> {
    // A beat every 5 ms: how soon a failed read is tried again. What fails is told, and meant to.
    const hub = new Hub<object>({ log, heartbeat: 20, observer: { error: () => {} } });
    stops.push(() => hub.close());
    return hub;
  }

  async function come(hub: Hub<object>, topics: string[], lastEventId?: string): Promise<MemorySink> {
    for (;;) {
      const exchange = new MemoryExchange({ lastEventId });
      await hub.stream(exchange).subscribe(topics);
      // Not opened: the log was just away, and a reader would come again.
      if (exchange.opened !== undefined) return exchange.opened;
    }
  }

  /** The numbers that came, without notices. */
  function numbers({ received }: MemorySink): number[] {
    return received
      .filter(({ event, comment }) => event === undefined && comment === undefined)
      .map(({ data }) => Number(data));
  }

  function got(sink: MemorySink, number: number): Promise<void> {
    return new Promise((resolve) => {
      sink.onwrite = () => {
        if (numbers(sink).at(-1) === number) resolve();
      };
      sink.onwrite();
    });
  }

  /** Publishes until the log has it: what is rejected may be in the log all the same. */
  async function publishSurely(hub: Hub<object>, topic: string, data: number): Promise<void> {
    for (;;) {
      try {
        await hub.publish(topic, { data });
        return;
      } catch {}
    }
  }

  test.each([1, 2, 3, 4, 5])(
    "readers survive breaks without loss or repetition, in log order (seed %d)",
    async (seed) => {
      const remote = await start({ seed, breakEvery: 25 });
      const [here, there] = [hubOn(remote.log), hubOn(await remote.connect())];
      const both = [await come(here, ["a", "b"]), await come(there, ["a", "b"])];
      const one = await come(there, ["a"]);
      const kept: number[] = [];
      const publishes: Promise<void>[] = [];
      for (let number = 1; number <= 200; number++) {
        const publish = here.publish(number % 2 === 0 ? "a" : "b", { data: number });
        publishes.push(publish.then(() => void kept.push(number)).catch(() => {}));
        if (number % 50 === 0) remote.break();
        if (number % 5 === 0) await Promise.allSettled(publishes);
      }
      await Promise.all(publishes);
      await publishSurely(here, "a", 1_000);
      for (const sink of [...both, one]) {
        await got(sink, 1_000);
        // The last may be there twice, since it was published until it was known to be there.
        const had = numbers(sink).filter((number) => number < 1_000);
        expect(sink.received.filter(({ event }) => event === "gap")).toEqual([]);
        expect(new Set(had).size).toBe(had.length);
        // All was published in this order by one client, on one connection.
        expect(had).toEqual([...had].sort((x, y) => x - y));
        const expected = kept.filter((number) => sink !== one || number % 2 === 0);
        expect(had).toEqual(expect.arrayContaining(expected));
      }
    },
  );

  test("a reader goes from one hub to the other with its cursor, and misses nothing", async () => {
    const remote = await start({ seed: 6 });
    const hubs = [hubOn(remote.log), hubOn(await remote.connect())] as const;
    let lastEventId: string | undefined;
    const had: number[] = [];
    for (let visit = 0; visit < 10; visit++) {
      const sink = await come(visit % 2 === 0 ? hubs[0] : hubs[1], ["a"], lastEventId);
      for (let i = 1; i <= 6; i++) await hubs[0].publish("a", { data: visit * 6 + i });
      await got(sink, visit * 6 + 6);
      // Cut somewhere on the way: the last three were not had.
      const kept = sink.received.filter(({ comment }) => comment === undefined).slice(0, -3);
      sink.leave();
      lastEventId = lastIdOf(kept);
      had.push(...kept.filter(({ event }) => event === undefined).map(({ data }) => Number(data)));
    }
    expect(had).toEqual(Array.from({ length: 57 }, (_, i) => i + 1));
  });

  test("a restart is told as a gap, to those who were there and to those who come back", async () => {
    const remote = await start({ seed: 7 });
    const hub = hubOn(remote.log);
    const there = await come(hub, ["a"]);
    await hub.publish("a", { data: 1 });
    await got(there, 1);
    const epoch = await remote.restart();
    await publishSurely(hub, "a", 2);
    await got(there, 2);
    const back = await come(hub, ["a"], lastIdOf(there.received.slice(0, 2)));
    await got(back, 2);
    for (const sink of [there, back]) {
      const events = sink.received.filter(({ comment }) => comment === undefined);
      const [gap, checkpoint, last] = events.slice(-3);
      expect([gap?.event, checkpoint?.event, last?.data]).toEqual(["gap", "checkpoint", "2"]);
      expect(JSON.parse(gap?.data ?? "")).toMatchObject({ reason: "epoch", cursor: `${epoch}.0` });
      expect(last?.id).toBe(`${epoch}.1`);
    }
  });

  test("settled waits for a log that is far away", async () => {
    const remote = await start({ seed: 8, maxDelay: 10 });
    const hub = hubOn(remote.log);
    const sink = await come(hub, ["a"]);
    for (let number = 1; number <= 20; number++) void hub.publish("a", { data: number });
    await hub.settled();
    expect(numbers(sink)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
  });
});
