// Twenty events per turn to 1,000 readers: what a tick of prices or a batch of a queue looks like.
//
// Measures processor time per delivery, where a server may join what one turn published into one write for each
// reader.
//
// Would fool it: a limit that writes twenty times (ours joins, and frames once); a schedule so long that the kernel's
// buffers fill and back-pressure is measured (12,000 bytes a reader and 100 ms fit); events joined beyond their turn
// (turns are kept apart).
import type { Scenario } from "../scenario.ts";
import { adapters, serversThat } from "../servers.ts";
import { deliveryFigures, figuresOf } from "./deliveries.ts";

export const burst: Scenario = {
  name: "burst",
  title: "Twenty events per turn, 1,000 readers",
  about: "Processor time for each delivery when events come twenty at once; 100-byte events.",
  servers: serversThat("publish"),
  limit: "net",
  figures: deliveryFigures,
  targets: [{ servers: adapters, figure: "cpu", as: "ratio", most: 1.35, aim: 1 }],
  run: async (stage) => {
    await stage.warm({ perTurn: 20 });
    await stage.open(stage.quick ? 500 : 1_000);
    return figuresOf(await stage.deliver({ events: stage.quick ? 400 : 1_000, perTurn: 20 }));
  },
};
