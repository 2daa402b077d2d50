import { fileURLToPath } from "node:url";
import { defaultClientConditions, defaultServerConditions } from "vite";
import { defineConfig } from "vitest/config";
import { isNeeded } from "./conformance/matrix/chosen.ts";
import { runtimes } from "./conformance/runtimes.ts";
import SummaryReporter from "./scripts/summary-reporter.ts";

/** The private condition: workspaces meet each other as source, so that tests in this process need no build. */
const source = "@longwave/source";

/** For projects whose tests start other processes, which use dist. */
const globalSetup = fileURLToPath(new URL("src/support/build.ts", import.meta.url));
const otherRuntimes = fileURLToPath(new URL("src/support/runtimes.ts", import.meta.url));

/** `npm run matrix` asks for its table. */
const table =
  process.env["LONGWAVE_MATRIX_TABLE"] === undefined ? [] : ["./test/conformance/matrix/reporter.ts"];

/** Makes @sparticuz/chromium unpack the libraries that Chromium needs beside it. */
const chromium = { AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" };

/** The tests of the matrix on the runtimes of a family that this run needs. */
function cellsOf(family: string): string[] {
  return runtimes
    .filter(({ name }) => name.startsWith(family) && isNeeded(name))
    .map(({ name }) => `test/conformance/matrix/${name}.test.ts`);
}

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  resolve: { conditions: [source, ...defaultClientConditions] },
  ssr: { resolve: { conditions: [source, ...defaultServerConditions] } },
  test: {
    pool: "forks",
    reporters: ["default", ...table, new SummaryReporter()],
    // One run holds all projects, so that the last line is the true sum. The groups run one after the other:
    // what waits for sockets does not share the processor with compilers.
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["packages/*/test/**/*.test.ts"], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: "suite",
          globalSetup,
          include: ["test/src/**/*.test.ts"],
          exclude: ["test/src/network/**", "test/src/proxies/**", "test/src/browser/**"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "network",
          globalSetup,
          include: ["test/conformance/*.test.ts", "test/src/network/**/*.test.ts"],
          testTimeout: 20_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          // The same behaviour when every body is written through its response, as on TLS or behind an encoder.
          name: "indirect",
          globalSetup: [globalSetup, otherRuntimes],
          include: [
            "packages/*/test/**/*.test.ts",
            "test/conformance/*.test.ts",
            ...cellsOf("node-"),
            "test/src/cost.test.ts",
            "test/src/network/**/*.test.ts",
            "test/src/proxies/**/*.test.ts",
          ],
          testTimeout: 60_000,
          maxWorkers: 2,
          env: { LONGWAVE_DIRECT: "off" },
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: "matrix",
          globalSetup: [globalSetup, otherRuntimes],
          include: cellsOf(""),
          testTimeout: 20_000,
          // Most of it waits: for times that are promised, and for what is in the other process.
          maxWorkers: 2,
          sequence: { groupOrder: 4 },
        },
      },
      {
        extends: true,
        test: {
          name: "proxies",
          globalSetup,
          include: ["test/src/proxies/**/*.test.ts"],
          testTimeout: 60_000,
          sequence: { groupOrder: 5 },
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          globalSetup,
          include: ["test/src/browser/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          env: chromium,
          sequence: { groupOrder: 6 },
        },
      },
      {
        extends: true,
        test: {
          name: "readers",
          include: ["test/readers/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          env: chromium,
          sequence: { groupOrder: 7 },
        },
      },
    ],
  },
});
