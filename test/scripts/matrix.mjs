// Runs every check in every framework on every runtime: `npm run matrix`, or some cells of the matrix by their names:
// `npm run matrix -- --cells "hono on bun, http2 on node-24"`.
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { cells } = parseArgs({ options: { cells: { type: "string", default: "all" } } }).values;
if (!process.version.startsWith("v20.")) {
  console.error(
    `The matrix is run by Node 20, the oldest that is supported, and this is ${process.version}.`,
  );
  process.exit(2);
}

const root = fileURLToPath(new URL("../..", import.meta.url));
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");
const args = ["run", "--config", "test/vitest.config.ts", "--project", "matrix"];
// Those of the frameworks for `node:http` on this Node, which `npm test` has among its own.
const onHere = /^(?:express|koa|hono|node) on node-20$/;
const names = cells.split(/, */);
const here = cells === "all" || names.some((name) => onHere.test(name));
const elsewhere = names.filter((name) => !onHere.test(name)).join(", ");
const files = [...(here ? ["test/conformance/conformance"] : []), "test/conformance/matrix/"];
const { status } = spawnSync(
  process.execPath,
  [vitest, ...args, ...(here ? ["--project", "network"] : []), ...files],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, LONGWAVE_MATRIX: elsewhere, LONGWAVE_MATRIX_TABLE: "1" },
  },
);
process.exitCode = status ?? 1;
