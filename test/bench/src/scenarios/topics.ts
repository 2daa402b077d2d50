// Many topics. `common`: 10,000 readers with a private topic each and one in common, on which all events come.
// `topics`: 10,000 readers with a private topic each, on which they come in turn. `five`: 1,000 readers with five of
// 1,000 topics each, so that every topic has five readers.
//
// Measures processor time per delivery. On the common topic it is to be as of readers that have no other; on private
// ones it is to be flat: `flat` is the cost with all the readers over the cost with a tenth of them.
//
// Would fool it: events of several topics in one turn, of which one reader has one: nothing to join (as in life);
// numbers that run across topics (each topic counts its own).
import type { Figure, Scenario } from "../scenario.ts";
import { adapters, serversThat } from "../servers.ts";
import type { Stage } from "../stage.ts";
import { deliveryFigures, figuresOf } from "./deliveries.ts";

const flat: Figure = { key: "flat", label: "cost to that with a tenth of the readers", unit: "×" };

const scenario = { servers: serversThat("topics"), limit: "net", figures: deliveryFigures } as const;

/** The cost of events on topics of their own, with so many readers. */
async function privately(stage: Stage, readers: number, each: number): Promise<ReturnType<typeof figuresOf>> {
  await stage.open(readers, { each, of: readers });
  const rounds = Math.max(1, Math.round(20_000 / readers));
  // Each has had one: some streams go over to another sink with it, which of two events would be half.
  await stage.deliver({ topics: readers, events: 1, perTurn: 20 });
  const delivery = await stage.deliver({ topics: readers, events: rounds, perTurn: 20 });
  await stage.leave();
  return figuresOf(delivery);
}

export const common: Scenario = {
  ...scenario,
  name: "common",
  title: "10,000 readers, a private topic each and one in common",
  about: "Processor time for each delivery on the common topic: as if there were no other.",
  targets: [{ servers: adapters, figure: "cpu", as: "ratio", most: 1.2, aim: 1 }],
  run: async (stage) => {
    const readers = stage.quick ? 1_000 : 10_000;
    await stage.warm({}, "publish", { each: 1, of: 100, common: "all" });
    await stage.open(readers, { each: 1, of: readers, common: "all" });
    return figuresOf(await stage.deliver({ events: 50 }));
  },
};

export const topics: Scenario = {
  ...scenario,
  name: "topics",
  title: "10,000 topics with one reader each",
  about: "Processor time for each delivery on a topic that one reader has, twenty such events per turn.",
  figures: [deliveryFigures[0], flat, ...deliveryFigures.slice(1)],
  // A quarter for what caches no longer hold: the limit's own is told beside it.
  targets: [{ servers: adapters, figure: "flat", as: "value", most: 1.25 }],
  run: async (stage) => {
    const readers = stage.quick ? 1_000 : 10_000;
    await privately(stage, readers / 10, 1);
    const few = await privately(stage, readers / 10, 1);
    const many = await privately(stage, readers, 1);
    return { ...many, flat: (many["cpu"] ?? Number.NaN) / (few["cpu"] ?? Number.NaN) };
  },
};

export const five: Scenario = {
  ...scenario,
  name: "five",
  title: "1,000 readers with five of 1,000 topics each",
  about: "Processor time for each delivery when the topics of readers overlap.",
  targets: [],
  run: async (stage) => {
    const readers = stage.quick ? 500 : 1_000;
    await stage.open(readers, { each: 5, of: readers });
    const rounds = 10;
    // Numbers are those of a topic, and a reader has five: their order among each other is not told by them.
    const step = () => stage.deliver({ topics: readers, events: rounds, perTurn: 20 }, "publish", rounds * 5);
    await step();
    const { disorder: _, ...figures } = figuresOf(await step());
    return figures;
  },
};
