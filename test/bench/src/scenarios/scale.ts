// From 100 readers to 20,000: the cost of one delivery is to stay flat.
//
// Measures processor time per delivery at each size, in one process, with about as many deliveries each time.
//
// Would fool it: caches, which hold 100 sockets and not 20,000 (the limit's cost grows too: `flat` is held against the
// limit's own); the limit of open files (the largest size is what it allows).
import { readFileSync } from "node:fs";
import type { Figures, Scenario } from "../scenario.ts";
import { adapters, serversThat } from "../servers.ts";

const SIZES = [100, 1_000, 10_000, 20_000] as const;
/** What a process has open besides its readers. */
const OTHER_FILES = 200;

function mostReaders(): number {
  if (process.platform !== "linux") return 20_000;
  const [, files = "1024"] =
    /^Max open files\s+\S+\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  return Math.min(20_000, Number(files) - OTHER_FILES);
}

export const scale: Scenario = {
  name: "scale",
  title: "From 100 readers to 20,000",
  about: "Processor time for each delivery at 20,000 readers over that at 1,000.",
  servers: serversThat("publish").filter((name) => name !== "express-sse"),
  limit: "net",
  figures: [
    { key: "flat", label: "cost at 20,000 to that at 1,000", unit: "×" },
    ...SIZES.map((size) => ({ key: `${size}`, label: `CPU at ${size.toLocaleString("en")}`, unit: "µs" })),
    { key: "lost", label: "lost", unit: "" },
  ],
  targets: [{ servers: adapters, figure: "flat", as: "ratio", most: 1.2, aim: 1 }],
  run: async (stage) => {
    const figures: Record<string, number> = { lost: 0 };
    await stage.warm({});
    for (const size of SIZES) {
      const readers = Math.min(stage.quick ? size / 10 : size, mostReaders());
      await stage.open(readers);
      const events = Math.max(10, Math.round((stage.quick ? 20_000 : 200_000) / readers));
      const delivery = await stage.deliver({ events: Math.min(events, 1_000) });
      figures[`${size}`] = delivery.cpu / delivery.events;
      figures["lost"] = (figures["lost"] ?? 0) + delivery.lost;
      await stage.leave();
    }
    return { ...figures, flat: at(figures, 20_000) / at(figures, 1_000) };
  },
};

function at(figures: Figures, size: (typeof SIZES)[number]): number {
  return figures[`${size}`] ?? Number.NaN;
}
