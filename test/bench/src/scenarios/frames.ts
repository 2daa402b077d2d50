// Frames alone: encoding an event, without a reader or a socket.
//
// Measures nanoseconds of processor time per event in one process: a template string with TextEncoder (the limit, which checks nothing),
// Longwave's public `send` into a sink that throws the bytes away, and better-sse's buffer. Small JSON, text of many
// lines, and JSON of 16 kB.
//
// Would fool it: an engine that sees that nothing is used (lengths are added up and given back); warm-up (each runs
// before it is measured); a string that is not yet flat or bytes (all end as bytes).
import type { Scenario } from "../scenario.ts";

export const frames: Scenario = {
  name: "frames",
  title: "Frames alone",
  about: "Time to make one small event's bytes, in the process; then of 20 lines, and of 16 kB.",
  servers: ["frames-bare", "frames-longwave", "frames-better-sse"],
  limit: "frames-bare",
  figures: [
    { key: "small", label: "small JSON", unit: "ns" },
    { key: "lines", label: "20 lines of text", unit: "ns" },
    { key: "large", label: "16 kB of JSON", unit: "ns" },
  ],
  targets: [],
  run: (stage) => stage.server.ask("frames", { count: stage.quick ? 20_000 : 200_000 }),
};
