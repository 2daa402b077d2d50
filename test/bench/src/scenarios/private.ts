// A stream of its own for each of 1,000 readers: answers of language models, progress, notifications. `send` writes
// each reader's event by a loop over all of them; `pipe` streams a source for each, an async generator.
//
// Measures processor time per delivery, where nothing can be shared: every event is encoded for its one reader. The
// limit encodes too, and its `pipe` awaits the same generators.
//
// Would fool it: a timer in each source, which costs more than the delivery (one schedule drives all sources); one
// event shared by all readers (each is made anew).
import type { Scenario } from "../scenario.ts";
import { adapters, serversThat } from "../servers.ts";
import { deliveryFigures, figuresOf } from "./deliveries.ts";

function own(way: "send" | "pipe", about: string): Scenario {
  return {
    name: way,
    title: `A private stream for each of 1,000 readers, by ${way}`,
    about,
    servers: serversThat(way),
    limit: "net",
    figures: deliveryFigures,
    targets: [{ servers: adapters, figure: "cpu", as: "ratio", most: 1.4, aim: 1.1 }],
    run: async (stage) => {
      const events = stage.quick ? 100 : 250;
      await stage.warm({}, way);
      await stage.openFor(way, { events }, stage.quick ? 500 : 1_000);
      return figuresOf(await stage.deliver({ events }, way));
    },
  };
}

export const send: Scenario = own(
  "send",
  "Processor time to encode and write one event to the one reader it is for.",
);
export const pipe: Scenario = own(
  "pipe",
  "The same from an async generator for each reader, as fast as it is read.",
);
