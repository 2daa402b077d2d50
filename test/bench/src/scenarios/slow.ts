// Ten readers that never read, among fifty that do, at a rate that is no trouble: phones in tunnels, stopped tabs.
//
// Measures what the process keeps after 24,000 events of 1 kB, after a collection, over what it kept after the first
// half of them with the same readers open: what grows with the events, not the bound that a history may have. The
// readers that do read must lose nothing, and nobody is to be cut for reading slowly within these seconds.
//
// Would fool it: garbage (it is collected first); memory outside of the heap (RSS is told too); the kernel's buffers,
// which take megabytes for each reader before any server feels it (the first half is more than they hold).
import type { Scenario } from "../scenario.ts";
import { adapters, ours } from "../servers.ts";

const EVENT = { bytes: 1_024, perTurn: 10, gap: 8 };

export const slow: Scenario = {
  name: "slow",
  title: "Ten readers that never read, fifty that do",
  about: "Memory that grows while some do not read; the others' events at a rate that is no trouble.",
  servers: ["net", ...ours, "http", "better-sse", "hono-sse", "websocket"],
  mostRounds: 2,
  limit: "net",
  figures: [
    { key: "grown", label: "grown", unit: "MB" },
    { key: "kept", label: "kept in all", unit: "MB" },
    { key: "rss", label: "RSS over idle", unit: "MB" },
    { key: "lost", label: "lost by healthy readers", unit: "" },
    { key: "cut", label: "slow readers cut", unit: "" },
  ],
  targets: [
    // Ten times 64 kB, and what noise a heap has.
    { servers: adapters, figure: "grown", as: "value", most: 1.5 },
    // The log in memory keeps 10,000 events: about 11 MB of these, as bytes and with what holds them.
    { servers: adapters, figure: "kept", as: "value", most: 32 },
    { servers: adapters, figure: "lost", as: "value", most: 0 },
  ],
  run: async (stage) => {
    // More than the log in memory keeps, so that it grows no more.
    const events = 12_000;
    await stage.warm({ bytes: EVENT.bytes, perTurn: 10 });
    await stage.open(60, { slow: 10 });
    const idle = await stage.memory();
    const first = await stage.deliver({ ...EVENT, events });
    const half = await stage.memory();
    const rest = await stage.deliver({ ...EVENT, events });
    const after = await stage.memory();
    const left = await stage.load<{ healthy: number; slow: number }>("left");
    const kept = ({ heap, buffers }: typeof after) => (heap + buffers) / 1e6;
    return {
      grown: kept(after) - kept(half),
      kept: kept(after) - kept(idle),
      rss: (after.rss - idle.rss) / 1e6,
      lost: first.lost + rest.lost,
      cut: left.slow,
    };
  },
};
