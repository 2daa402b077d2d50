// Events of 16 kB to 100 readers: documents, images as text, whole tables.
//
// Measures processor time per delivery, of which copying into the kernel is most.
//
// Would fool it: no more bytes than the kernel's buffers hold, some 4 MB for each reader: that measures how those are
// filled, without what a reader costs who takes them (32 MB are sent to each); readers that lag, where one server queues
// and another waits (the loader takes them faster than they come); a server that compresses (bytes per delivery tell).
import type { Scenario } from "../scenario.ts";
import { adapters, serversThat } from "../servers.ts";
import { deliveryFigures, figuresOf } from "./deliveries.ts";

export const LARGE: { readonly bytes: number; readonly events: number; readonly readers: number } = {
  bytes: 16 * 1024,
  events: 2_000,
  readers: 100,
};

export const large: Scenario = {
  name: "large",
  title: "Events of 16 kB, 100 readers",
  about: "Processor time for each delivery of a large event.",
  servers: serversThat("publish"),
  limit: "net",
  figures: deliveryFigures,
  targets: [{ servers: adapters, figure: "cpu", as: "ratio", most: 1.2, aim: 0.9 }],
  run: async (stage) => {
    const { bytes, events, readers } = LARGE;
    await stage.warm({ bytes });
    await stage.open(readers);
    return figuresOf(await stage.deliver({ events: stage.quick ? 100 : events, bytes }));
  },
};
