// The first event: a reader connects to a server that has something to say at once.
//
// Measures the time from connecting to the first event read, one reader after the other, and the processor time of
// one such visit. It answers the old question whether a WebSocket is the lighter choice, together with `idle`.
//
// Would fool it: a queue of readers (there is one at a time); names and TLS (loopback has neither; both cost either
// protocol the same); the loader's own time, which is in every row alike.
import type { Scenario } from "../scenario.ts";
import { serversThat } from "../servers.ts";
import { median, quantile } from "../statistics.ts";

export const first: Scenario = {
  name: "first",
  title: "Time to the first event",
  about: "From connecting to having read the first event, one reader after the other.",
  servers: serversThat("hello"),
  limit: "net",
  figures: [
    { key: "p50", label: "p50", unit: "ms" },
    { key: "p99", label: "p99", unit: "ms" },
    { key: "cpu", label: "CPU per visit", unit: "µs" },
  ],
  targets: [],
  run: async (stage) => {
    const count = stage.quick ? 200 : 2_000;
    await stage.load("first", { route: "/hello", count: 500 });
    const cpu = await stage.server.cpu();
    const times = await stage.load<number[]>("first", { route: "/hello", count });
    const used = (await stage.server.cpu()) - cpu;
    return { p50: median(times), p99: quantile(times, 0.99), cpu: used / count };
  },
};
