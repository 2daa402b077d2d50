import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { Reader } from "../../conformance/client/reader.ts";
import { type Scenario, type Scene, WORKS } from "../scenario.ts";

const ROUNDS = 4;
const PER_ROUND = 12;

/** Interrupts the reader again and again while events are published; it must have each once, in order. */
async function interrupted({ stage, heard, open }: Scene, interrupt: () => void): Promise<string> {
  await open("/events");
  let said = 0;
  const say = () => stage.say(`${++said}`, { retry: 20 });
  for (let round = 1; round <= ROUNDS; round++) {
    for (let i = 0; i < PER_ROUND / 2; i++) void say();
    // It has some of them, and not necessarily all.
    await heard.until(() => (heard.data().length > (round - 1) * PER_ROUND ? true : undefined), "a message");
    interrupt();
    // While it is away.
    for (let i = 0; i < PER_ROUND / 2; i++) await say();
    await stage.visited((visits) => visits.length > round);
  }
  await stage.say("last");
  await heard.message("last");
  const all = Array.from({ length: said }, (_, at) => `${at + 1}`);
  assert.deepEqual(heard.data(), [...all, "last"], "each event once, in order");
  return byWhat(stage.visits.slice(1).map(({ by }) => by));
}

function byWhat(ways: readonly ("header" | "query" | undefined)[]): string {
  assert.ok(!ways.includes(undefined), "it brought its cursor each time");
  return ways.every((way) => way === "header") ? WORKS : "by query";
}

export const resume: readonly Scenario[] = [
  {
    id: "Resume after a cut",
    promise: "The connection is cut four times, and every event comes once, in order",
    run: (scene) => interrupted(scene, () => scene.stage.cut()),
  },
  {
    id: "Resume after an end",
    promise: "The server ends the stream four times, and every event comes once, in order",
    run: (scene) => interrupted(scene, () => scene.stage.end()),
  },
  {
    id: "Cut inside an event",
    promise:
      "The connection is cut in the middle of an event, and that event comes, whole, with the next connection",
    async run({ stage, heard, open }) {
      await open("/events");
      stage.holdBehind("one half");
      // In one turn, so in one write: who has the first has the half of the second.
      void stage.say("before", { retry: 20 });
      await stage.say("one half, and the other");
      await heard.message("before");
      stage.cut();
      await stage.say("after");
      await heard.message("after");
      if (heard.data().join() === "before,after") return "loses the event";
      assert.deepEqual(heard.data(), ["before", "one half, and the other", "after"]);
      return WORKS;
    },
  },
  {
    id: "Checkpoint",
    promise:
      "Heartbeats and checkpoints are no messages, and a reader that is cut before its first event misses nothing",
    hub: { heartbeat: 30, history: { events: 40 } },
    async run({ stage, heard, open }) {
      await open("/now");
      await stage.visited((visits) => visits.length > 0);
      const beside = await Reader.open(`${stage.origin}/now`);
      await beside.commented(3);
      beside.leave();
      // Over a quarter of what is kept: its next heartbeat is a checkpoint.
      for (let at = 0; at < 20; at++) await stage.hub.publish("other", { data: at });
      await heard.until(() => heard.data("checkpoint")[1], "a second checkpoint");
      stage.cut();
      await stage.say("while away", { retry: 20 });
      await heard.message("while away", 15_000);
      await stage.say("back");
      await heard.message("back");
      assert.deepEqual(heard.data(), ["while away", "back"]);
      return WORKS;
    },
  },
  {
    id: "Gap notice",
    promise: "A reader whose events are gone hears of it under `gap`, and goes on from the oldest event kept",
    hub: { history: { events: 5 } },
    async run({ stage, heard, open }) {
      await open("/events");
      await stage.say("before", { retry: 20 });
      await heard.message("before");
      // It is kept out until all is over, however fast it is to come back.
      stage.hub.limit({ streams: 0 });
      stage.cut();
      for (let at = 1; at <= 20; at++) {
        await stage.say(`${at}`);
        // What is published in one turn is let go of together.
        await turn();
      }
      stage.hub.limit({ streams: Number.POSITIVE_INFINITY });
      await heard.message("20");
      assert.deepEqual(heard.data(), ["before", "16", "17", "18", "19", "20"]);
      const gaps = heard.data("gap").map((data) => (JSON.parse(data) as { reason: string }).reason);
      assert.deepEqual(gaps, ["evicted"]);
      return WORKS;
    },
  },
  {
    id: "`retry`",
    promise: "It comes back after as many milliseconds as it was told",
    async run({ stage, heard, open }) {
      await open("/events");
      const delays: number[] = [];
      const cutAfter = async (retry: number, text: string) => {
        await stage.say(text, { retry });
        await heard.message(text);
        const visits = stage.visits.length;
        const at = performance.now();
        stage.cut();
        await stage.visited(({ length }) => length > visits, 10_000);
        delays.push((stage.visits[visits]?.at ?? 0) - at);
      };
      // Longer than any reader waits by default: none can have it by chance. Some round the timer down by one.
      await cutAfter(3_600, "long");
      assert.ok((delays[0] ?? 0) >= 3_599, `it waited ${delays[0]} ms`);
      for (let at = 0; at < 3; at++) await cutAfter(50, `short ${at}`);
      // The least of several: a busy machine is late now and then.
      return Math.min(...delays) < 900 ? WORKS : "a second at least";
    },
  },
];
