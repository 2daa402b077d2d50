// Bun and Deno: Longwave in Hono, through web streams, against each runtime's own raw loop.
//
// Measures processor time per delivery over all threads, one event per turn and 1,000 readers. 0.8 of the raw loop's
// rate is 1.25 of its cost.
//
// Would fool it: threads of the runtime that are not counted (all are); a runtime that drops or queues (each reader
// counts); clocks (theirs is not Node's, so there is no latency); reading the figures across runtimes (the base is the
// runtime's own loop, not Node's).
import type { Scenario } from "../scenario.ts";
import { deliveryFigures, figuresOf } from "./deliveries.ts";

function runtime(name: "bun" | "deno", title: string, servers: readonly string[]): Scenario {
  return {
    name,
    title: `${title}, 1,000 readers`,
    about: `Processor time for each delivery on ${title}, against its own raw loop.`,
    servers,
    limit: `${name}-raw`,
    figures: deliveryFigures,
    targets: [{ servers: [`longwave-${name}`], figure: "cpu", as: "ratio", most: 1.25, aim: 1 }],
    run: async (stage) => {
      await stage.warm({});
      await stage.open(stage.quick ? 500 : 1_000);
      return figuresOf(await stage.deliver({ events: stage.quick ? 200 : 400 }));
    },
  };
}

export const bun: Scenario = runtime("bun", "Bun", ["bun-raw", "bun-web", "longwave-bun"]);
export const deno: Scenario = runtime("deno", "Deno", ["deno-raw", "longwave-deno"]);
