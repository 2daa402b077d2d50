import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SlowLog } from "../support/slow-log.ts";
import { turn } from "../support/turn.ts";
import { judge } from "../support/verdict.ts";
import { World } from "../support/world.ts";

/** More are for the hunt after a change: `RUNS=10000`. */
const RUNS = Number(process.env["RUNS"] ?? 300);

const TOPICS = ["a", "b", "c"];

const topic = fc.constantFrom(...TOPICS);
const reader = fc.nat({ max: 3 });

const command = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("publish"),
      topic,
      size: fc.constantFrom(0, 0, 10, 5_000, 40_000),
      key: fc.constantFrom(undefined, undefined, "x", "y"),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("turn") }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("come"),
      reader,
      hub: fc.constantFrom(0, 1),
      room: fc.constantFrom(0, 1, 300, 30_000, Number.POSITIVE_INFINITY),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("cut"),
      reader,
      part: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("read"), reader }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("send"), reader }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("break") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("beat") }) },
) as fc.Arbitrary<Command>;

type Command =
  | { readonly do: "publish"; readonly topic: string; readonly size: number; readonly key?: string }
  | { readonly do: "finish"; readonly topic: string }
  | { readonly do: "come"; readonly reader: number; readonly hub: 0 | 1; readonly room: number }
  | { readonly do: "cut"; readonly reader: number; readonly part: number }
  | { readonly do: "read" | "send"; readonly reader: number }
  | { readonly do: "turn" | "break" | "beat" | "restart" };

async function run(world: World, log: SlowLog, commands: readonly Command[]): Promise<void> {
  for (const step of commands) {
    const reader = "reader" in step ? world.readers[step.reader % world.readers.length] : undefined;
    if (step.do === "publish") world.publish(step.topic, step.size, step.key);
    else if (step.do === "finish") world.end(step.topic);
    else if (step.do === "turn") await turn();
    else if (step.do === "come") reader?.come(world.hubs[step.hub], step.room, world.published);
    else if (step.do === "cut") reader?.cut(step.part, world.published);
    else if (step.do === "read") reader?.exchange?.opened?.read();
    else if (step.do === "send") reader?.stream?.send({ event: "private", data: "x" });
    else if (step.do === "break") log.break();
    else if (step.do === "restart") world.restart();
    else world.beat();
  }
  await world.finish();
}

const readers = fc.array(fc.subarray(TOPICS, { minLength: 1 }), { minLength: 1, maxLength: 4 });
const commands = fc.array(command, { maxLength: 120, size: "max" });
const finish: fc.Arbitrary<Command> = fc.record({ do: fc.constant("finish"), topic });
/** How many of the newest events the log keeps. */
const kept = fc.constantFrom(1, 3, 10, 1_000);
/** How many turns the messages of the log take; one zero is a log in the same turn. */
const delays = fc.oneof(fc.constant([0]), fc.array(fc.nat({ max: 3 }), { minLength: 2, maxLength: 7 }));

const NOTHING_WRONG = {
  repeated: [],
  disordered: [],
  lost: [],
  skipped: [],
  needless: 0,
  foreign: [],
  early: 0,
  endless: false,
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
});

test("whatever happens to readers: no loss without a notice, no repetition, log order, no needless notice", async () => {
  await fc.assert(
    fc.asyncProperty(readers, commands, kept, delays, async (topics, steps, events, delay) => {
      const log = new SlowLog({ events, bytes: Number.POSITIVE_INFINITY }, delay);
      const world = new World(log, topics);
      await run(world, log, steps);
      for (const reader of world.readers) expect(judge(reader, world, events)).toEqual(NOTHING_WRONG);
    }),
    { numRuns: RUNS },
  );
}, 60_000);

test("topics that are finished now and then: each reader has all of them, and then the end, and no sooner", async () => {
  const some = fc.array(fc.oneof({ weight: 25, arbitrary: command }, { weight: 2, arbitrary: finish }), {
    maxLength: 120,
    size: "max",
  });
  await fc.assert(
    fc.asyncProperty(readers, some, kept, delays, async (topics, steps, events, delay) => {
      const log = new SlowLog({ events, bytes: Number.POSITIVE_INFINITY }, delay);
      const world = new World(log, topics);
      await run(world, log, steps);
      for (const reader of world.readers) expect(judge(reader, world, events)).toEqual(NOTHING_WRONG);
    }),
    { numRuns: RUNS },
  );
}, 60_000);

test("a log that begins anew now and then: what is lost with it is told, and nothing else is lost", async () => {
  const restart: fc.Arbitrary<Command> = fc.constant({ do: "restart" });
  const some = fc.array(
    fc.oneof(
      { weight: 25, arbitrary: command },
      { weight: 1, arbitrary: restart },
      { weight: 1, arbitrary: finish },
    ),
    { maxLength: 120, size: "max" },
  );
  await fc.assert(
    fc.asyncProperty(readers, some, kept, delays, async (topics, steps, events, delay) => {
      const log = new SlowLog({ events, bytes: Number.POSITIVE_INFINITY }, delay);
      const world = new World(log, topics);
      await run(world, log, steps);
      for (const reader of world.readers) {
        // Of what was in the log before it began anew nothing is kept, and who had all of it is told all the same.
        const verdict = judge(reader, world, events);
        expect({ ...verdict, skipped: [], needless: 0 }).toEqual(NOTHING_WRONG);
      }
    }),
    { numRuns: RUNS },
  );
}, 60_000);
