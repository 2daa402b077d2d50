// Readers that connect and leave, one after the other: a page that is reloaded, a mobile that loses its network.
//
// Measures processor time for one connect, head and leave, against a route of the same framework that sends its head.
//
// Would fool it: ports that run out (the loader comes from several loopback addresses); a server that hears of the
// leaving late, after the measurement (it is waited for); the JIT, which warms over thousands of requests; a loader that
// sleeps when the server is slower than itself, so that the slower server pays for waking it (it never sleeps); a
// collection while no stream is open, which has all code made anew (some readers stay); a host that takes the core away
// for a moment (it is measured in parts, and the median part counts).
import type { Opened } from "../loader/main.ts";
import type { Scenario } from "../scenario.ts";
import { adapters, servers } from "../servers.ts";
import { median } from "../statistics.ts";
import { idle } from "./idle.ts";

const PARTS = 5;

export const churn: Scenario = {
  name: "churn",
  title: "Connect and leave",
  about:
    "Processor time for a reader that comes and goes, against a bare streaming route of the same framework.",
  servers: idle.servers,
  limit: "net",
  base: (server) => servers[server]?.bare ?? "net",
  figures: [
    { key: "cpu", label: "CPU per connect and leave", unit: "µs" },
    { key: "rate", label: "visits", unit: "/s" },
    { key: "heap", label: "heap kept per visit", unit: "B" },
    { key: "failed", label: "failed", unit: "" },
  ],
  targets: [{ servers: adapters, figure: "cpu", as: "ratio", most: 1.15 }],
  run: async (stage) => {
    const count = stage.quick ? 1_000 : 10_000;
    const visit = (times: number) => stage.load<Opened>("churn", { count: times });
    await visit(count / 2);
    // Not before: the first objects of their kind have shapes that are soon replaced.
    await stage.hold();
    await stage.settle();
    const before = await stage.memory();
    await visit(2 * count);
    await stage.settle();
    const costs: number[] = [];
    const rates: number[] = [];
    let failures = 0;
    for (let part = 0; part < PARTS; part++) {
      const cpu = await stage.server.cpu();
      const { opened, failed, ms } = await visit(count / 2);
      await stage.settle();
      costs.push(((await stage.server.cpu()) - cpu) / opened);
      rates.push((opened * 1_000) / ms);
      failures += failed;
    }
    const after = await stage.memory();
    return {
      cpu: median(costs),
      rate: median(rates),
      heap: (after.heap - before.heap) / (2 * count + (PARTS * count) / 2),
      failed: failures,
    };
  },
};
