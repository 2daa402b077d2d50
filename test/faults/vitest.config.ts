import { defineConfig } from "vitest/config";
import base from "../vitest.config.ts";

// The named checks, without the projects' build: they run on the sources, into which the faults are planted.
const { root, resolve, ssr } = base;

export default defineConfig({
  ...(root === undefined ? {} : { root }),
  ...(resolve === undefined ? {} : { resolve }),
  ...(ssr === undefined ? {} : { ssr }),
  test: {
    pool: "forks",
    include: ["packages/*/test/**/*.test.ts", "test/conformance/conformance.test.ts"],
    testTimeout: 20_000,
  },
});
