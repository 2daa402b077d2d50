import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Reader } from "../../conformance/client/reader.ts";

const bun = createRequire(import.meta.url).resolve("bun/bin/bun.exe");
const script = fileURLToPath(new URL("quiet/bun-servers.mjs", import.meta.url));

/** The promise is a time, and has to be waited for: Bun's server cuts what is quiet for 8 to 12 seconds. */
const QUIET = 33_000;

let child: ChildProcess;
let urls: Readonly<Record<string, string>>;

beforeAll(async () => {
  child = spawn(bun, [script], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: child.stdout as never }), "line")) as [string];
  urls = JSON.parse(line) as Record<string, string>;
});
afterAll(async () => {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
});

test("on Bun, quiet streams live past 30 s with default settings of every server", {
  timeout: QUIET + 20_000,
}, async () => {
  const names = Object.keys(urls);
  expect(names).toHaveLength(7);
  // All at once, so that the wait is one.
  const readers = await Promise.all(names.map((name) => Reader.open(urls[name] ?? "")));
  for (const reader of readers) expect((await reader.next()).event).toBe("checkpoint");
  await new Promise((resolve) => {
    setTimeout(resolve, QUIET);
  });
  child.stdin?.write("still here\n");
  for (const [at, name] of names.entries()) {
    const reader = readers[at] as Reader;
    expect(await reader.data(1), name).toEqual(["still here"]);
    // Where there is a heartbeat it was that; elsewhere nothing was written all the while.
    const beaten = name.includes("without its server");
    expect(reader.comments.length > 0, name).toBe(beaten);
    reader.leave();
  }
});
