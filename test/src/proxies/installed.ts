import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestContext } from "vitest";
import { missing } from "../support/missing.ts";
import type { Driver } from "./driver.ts";

/** The environment of the programs. Debian puts servers where only root's PATH leads. */
export const environment: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: [process.env["PATH"], "/usr/local/sbin", "/usr/sbin"].join(":"),
};

/** Ends the test as a skip, or where `CI` is set as a failure, unless what it needs is installed. */
export async function demand(context: TestContext, { name, program, package: from }: Driver): Promise<void> {
  for (const [needed, what, where] of [
    [program, name, from],
    ["openssl", "OpenSSL", "openssl"],
  ] as const) {
    if (!(await isInstalled(needed))) missing(context, what, `apt-get install ${where}`);
  }
}

async function isInstalled(program: string): Promise<boolean> {
  try {
    await promisify(execFile)(program, ["version"], { env: environment });
    return true;
  } catch (error) {
    // One that does not understand the question is there.
    return (error as { readonly code?: unknown }).code !== "ENOENT";
  }
}
