// Runs the projects that go over sockets N times: `npm run test:repeat -- 10`. Stops at the first failure.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const times = Number(process.argv[2] ?? 10);
if (!Number.isInteger(times) || times < 1) {
  console.error(`How many times? Got "${process.argv[2]}", want a whole number from 1 on.`);
  process.exit(2);
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const args = [
  vitest,
  "run",
  "--config",
  "test/vitest.config.ts",
  "--project",
  "network",
  "--project",
  "indirect",
  "--project",
  "matrix",
  "--project",
  "proxies",
  "--project",
  "browser",
  "--project",
  "readers",
];
const sum = { passed: 0, failed: 0, skipped: 0 };
let run = 0;
let status = 0;
while (run < times && status === 0) {
  run++;
  const started = Date.now();
  const { stdout, status: code } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  for (const [, count, kind] of line.matchAll(/(\d+) (passed|failed|skipped)/g)) sum[kind] += Number(count);
  status = code ?? 1;
  console.log(`run ${run} of ${times}: ${line} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (status !== 0) console.log(stdout);
}
console.log(`${run} ${run === 1 ? "run" : "runs"}${status === 0 ? "" : `, stopped at the first failure`}`);
const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : "";
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = status;
