import type { TestContext } from "vitest";

/** Ends the test here as a named skip, or as a failure where `CI` is set: there, everything must run. */
export function missing(context: TestContext, what: string, install: string): never {
  const reason = `${what} is missing: ${install}`;
  if (process.env["CI"]) throw new Error(reason);
  return context.skip(reason);
}
