import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Reader } from "../../conformance/client/reader.ts";

const require = createRequire(import.meta.url);
const script = fileURLToPath(new URL("stalled/web-servers.mjs", import.meta.url));

/** 200 MB. */
const EVENTS = 3_200;
/** The log is 8 MiB, and connections hold some more; the rest is garbage between two collections. */
const MOST = 100 * 1024 * 1024;

describe.for([
  ["Bun", [require.resolve("bun/bin/bun.exe")]],
  ["Deno", [require.resolve("deno/deno"), "run", "--allow-all", "--v8-flags=--expose-gc"]],
] as const)("on %s", ([, [program, ...flags]]) => {
  let child: ChildProcess;
  let lines: Interface;
  let urls: readonly string[];

  async function line(): Promise<string> {
    return ((await once(lines, "line")) as [string])[0];
  }

  beforeAll(async () => {
    child = spawn(program, [...flags, script], { stdio: ["pipe", "pipe", "inherit"] });
    lines = createInterface({ input: child.stdout as never });
    urls = JSON.parse(await line()) as string[];
  });
  afterAll(async () => {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  });

  test.for([
    ["Hono", 0],
    ["plain fetch", 1],
  ] as const)(
    "%s: a stalled reader costs bounded memory, and others lose nothing",
    {
      timeout: 60_000,
    },
    async ([, at]) => {
      const url = urls[at] ?? "";
      const stalled = await Reader.open(url);
      await stalled.next();
      stalled.pause();
      const healthy = await Reader.open(url);
      await healthy.next();
      const grown = line();
      child.stdin?.write(`[${at},${EVENTS}]\n`);
      // By now what is waited for is within reach of any deadline: the server has it in its log.
      expect(Number(await grown)).toBeLessThan(MOST);
      const numbers = (await healthy.data(EVENTS)).map((data) => Number.parseInt(data, 10));
      expect(numbers).toEqual(Array.from({ length: EVENTS }, (_, number) => number));
      // It reads on: what its connection still held, then it is told what it missed, then the newest.
      stalled.resume();
      await stalled.find(({ data }) => data.startsWith(`${EVENTS - 1}:`), "the last event");
      const had = stalled.own.map(({ data }) => Number.parseInt(data, 10));
      expect(had).toEqual([...had].sort((a, b) => a - b));
      expect(had.length).toBeLessThan(EVENTS);
      const jumps = had.filter((number, index) => index > 0 && number !== (had[index - 1] ?? 0) + 1).length;
      expect(stalled.events.filter(({ event }) => event === "gap")).toHaveLength(jumps);
      for (const reader of [stalled, healthy]) reader.leave();
    },
  );
});
