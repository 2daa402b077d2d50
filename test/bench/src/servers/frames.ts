// No server: makes frames in this process, in the way that its argument names.
import { type Exchange, Hub, type Sink } from "@longwave/core";
import { createEventBuffer } from "better-sse";
import { answer } from "../answer.ts";

type Make = (data: unknown) => number;

const encoder = new TextEncoder();

/** A stream whose sink throws all away, and how much that was. */
function intoNothing(): Make {
  let bytes = 0;
  const sink: Sink = {
    owner: undefined,
    write: (chunk) => {
      bytes += chunk.byteLength;
      return true;
    },
    ready: () => Promise.resolve(),
    close: () => {},
  };
  const exchange: Exchange = {
    method: "GET",
    url: "/",
    address: undefined,
    header: () => undefined,
    open: () => sink,
    answer: () => {},
    fail: (error) => {
      throw error;
    },
  };
  const stream = new Hub().stream(exchange);
  return (data) => {
    stream.send({ data });
    return bytes;
  };
}

const ways: Readonly<Record<string, () => Make>> = {
  bare: () => (data) => {
    const text = typeof data === "string" ? data.replaceAll("\n", "\ndata: ") : JSON.stringify(data);
    return encoder.encode(`data: ${text}\n\n`).byteLength;
  },
  longwave: intoNothing,
  "better-sse": () => (data) => encoder.encode(createEventBuffer().data(data).dispatch().read()).byteLength,
};

const loads = {
  small: { symbol: "ACME", price: 12.5, volume: 1_000, at: 1_700_000_000_000 },
  lines: Array.from({ length: 20 }, (_, i) => `This is line ${i} of a text of some length.`).join("\n"),
  large: { rows: Array.from({ length: 200 }, (_, id) => ({ id, name: `row ${id}`, text: "x".repeat(50) })) },
};

function nanosPer(make: Make, data: unknown, count: number): number {
  const run = (times: number) => {
    let bytes = 0;
    for (let i = 0; i < times; i++) bytes += make(data);
    return bytes;
  };
  run(Math.ceil(count / 2));
  const before = process.cpuUsage();
  const bytes = run(count);
  const { user, system } = process.cpuUsage(before);
  if (bytes === 0) throw new Error("Nothing was made.");
  return ((user + system) * 1e3) / count;
}

const way = ways[process.argv[2] ?? ""];
if (way === undefined) throw new Error(`Ways to make frames: ${Object.keys(ways).join(", ")}.`);
answer(
  {
    frames: ({ count }: { readonly count: number }) => {
      const make = way();
      return {
        small: nanosPer(make, loads.small, count),
        lines: nanosPer(make, loads.lines, Math.ceil(count / 4)),
        large: nanosPer(make, loads.large, Math.ceil(count / 40)),
      };
    },
  },
  { port: 0 },
);
