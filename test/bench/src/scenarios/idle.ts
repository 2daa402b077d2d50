// Streams that are open and quiet, which most streams are most of the time.
//
// Measures what one of 10,000 keeps, on the heap and in all, after a collection, and how many connect in a second. It
// is held against a route of the same framework that sends its head and does nothing.
//
// Would fool it: garbage (it is collected first); memory that the first connections bring once and for all (some have
// come and gone before); RSS, which is pages, not bytes (the heap is the figure with a target); the kernel's memory
// for sockets, which no figure here has; connects per second are also the loader's.
import type { Scenario } from "../scenario.ts";
import { adapters, bare, servers, serversThat } from "../servers.ts";

export const idle: Scenario = {
  name: "idle",
  title: "10,000 idle streams",
  about: "Heap that one open, quiet stream keeps, against a bare held-open route of the same framework.",
  servers: [...serversThat("publish"), ...bare],
  limit: "net",
  base: (server) => servers[server]?.bare ?? "net",
  figures: [
    { key: "heap", label: "heap per stream", unit: "kB" },
    { key: "rss", label: "RSS per stream", unit: "kB" },
    { key: "cpu", label: "CPU per connect", unit: "µs" },
    { key: "rate", label: "connects", unit: "/s" },
  ],
  targets: [{ servers: adapters, figure: "heap", as: "excess", most: 0.7, aim: 0 }],
  run: async (stage) => {
    await stage.open(200);
    await stage.leave();
    const before = await stage.memory();
    const cpu = await stage.server.cpu();
    const { opened, ms } = await stage.open(stage.quick ? 2_000 : 10_000);
    const used = (await stage.server.cpu()) - cpu;
    const after = await stage.memory();
    return {
      heap: (after.heap - before.heap) / 1_000 / opened,
      rss: (after.rss - before.rss) / 1_000 / opened,
      cpu: used / opened,
      rate: (opened * 1_000) / ms,
    };
  },
};
