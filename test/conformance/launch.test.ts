import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checks } from "./checks.ts";
import { App } from "./client/app.ts";
import { within } from "./client/within.ts";

const bun = createRequire(import.meta.url).resolve("bun/bin/bun.exe");
const launcher = fileURLToPath(new URL("fixtures/launch.ts", import.meta.url));

// That every check holds on other runtimes is the matrix's to show; this, that fixtures can be started there.
test.for(["express", "koa", "hono", "node"])(
  "the launcher starts the fixture for %s on Bun",
  async (name) => {
    const child = spawn(bun, [launcher, name, '{"hub":{"heartbeat":1000}}'], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = once(child, "exit") as Promise<[number | null]>;
    try {
      const lines = createInterface({ input: child.stdout });
      const [line] = (await within(once(lines, "line"), () => "its address")) as [string];
      const app = new App((JSON.parse(line) as { url: string }).url);
      for (const check of checks.filter(({ id }) => ["HEAD-01", "TOPIC-01", "RESUME-12"].includes(id)))
        await check.run(app, { close: async () => {} });
      app.leave();
      child.stdin.end();
      expect((await within(exited, () => "its end"))[0]).toBe(0);
    } finally {
      child.kill();
    }
  },
);
