// Twenty events a second to 1,000 readers: latency at an ordinary load.
//
// Measures the time from making an event to reading it, over all readers; the last of 1,000 writes waits for the 999
// before it, so the median is about half of one fan-out.
//
// Would fool it: a loader that cannot keep up (20,000 reads a second are a few percent of what it can take); clocks
// of two processes (both read the same monotonic one; Bun's and Deno's differ, so they are not here); cores that are
// shared (latency means something only where processes are pinned and the machine is quiet).
import type { Scenario } from "../scenario.ts";
import { adapters, serversThat } from "../servers.ts";

export const paced: Scenario = {
  name: "paced",
  title: "Twenty events a second, 1,000 readers",
  about: "Latency from making an event to reading it, when the server has time to spare.",
  servers: serversThat("publish"),
  limit: "net",
  figures: [
    { key: "p50", label: "p50", unit: "ms" },
    { key: "p99", label: "p99", unit: "ms" },
    { key: "cpu", label: "CPU per delivery", unit: "µs" },
    { key: "lost", label: "lost", unit: "" },
  ],
  targets: [{ servers: adapters, figure: "p50", as: "ratio", most: 1.25 }],
  run: async (stage) => {
    await stage.warm({});
    await stage.open(stage.quick ? 100 : 1_000);
    const { p50, p99, cpu, events, lost } = await stage.deliver({ events: stage.quick ? 20 : 80, gap: 50 });
    return { p50: p50 ?? Number.NaN, p99: p99 ?? Number.NaN, cpu: cpu / events, lost };
  },
};
