// One event per turn to many readers: the plain fan-out.
//
// Measures the server's processor time for one delivery, the kernel's included: on loopback the sender pays for the
// receiver's TCP input too, so even the limit is some microseconds.
//
// Would fool it: turns that are joined, so that one write counts as two deliveries (the schedule keeps turns apart,
// and the bytes per delivery would tell); events that are lost or queued instead of delivered (each reader counts, in
// order); a loader that is slower than the server (it makes no delivery dearer: the kernel takes the bytes); another
// process on the core (the limit's second run over its first tells).
import type { Scenario } from "../scenario.ts";
import { adapters, serversThat } from "../servers.ts";
import { deliveryFigures, figuresOf } from "./deliveries.ts";

function single(name: string, readers: number, events: number): Scenario {
  return {
    name,
    title: `One event per turn, ${readers.toLocaleString("en")} readers`,
    about: "Processor time of the server for each event that reaches a reader; 100-byte events.",
    servers: serversThat("publish"),
    limit: "net",
    figures: deliveryFigures,
    targets: [{ servers: adapters, figure: "cpu", as: "ratio", most: 1.2, aim: 1 }],
    run: async (stage) => {
      await stage.warm({});
      await stage.open(stage.quick ? Math.min(readers, 2_000) : readers);
      return figuresOf(await stage.deliver({ events: stage.quick ? Math.min(events, 100) : events }));
    },
  };
}

export const single1k: Scenario = single("single", 1_000, 400);
export const single10k: Scenario = single("single10k", 10_000, 50);
