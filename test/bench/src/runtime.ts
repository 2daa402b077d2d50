import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { ServerInfo } from "./servers.ts";

export interface Launch {
  readonly command: string;
  readonly flags: readonly string[];
}

const require = createRequire(import.meta.url);

/** How a runtime is started: the program itself, since npm's launchers would be another process. */
export function launchOf(runtime: ServerInfo["runtime"]): Launch | undefined {
  if (runtime === "node") return { command: process.execPath, flags: ["--expose-gc"] };
  const command = runtime === "bun" ? bun() : deno();
  if (command === undefined) return undefined;
  return { command, flags: runtime === "bun" ? ["run"] : ["run", "-A", "--v8-flags=--expose-gc"] };
}

function bun(): string | undefined {
  const path = join(folderOf("bun"), "bin", "bun.exe");
  return existsSync(path) ? path : undefined;
}

function deno(): string | undefined {
  const folder = join(folderOf("deno"), "..", "@deno");
  if (!existsSync(folder)) return undefined;
  return readdirSync(folder)
    .flatMap((platform) => [join(folder, platform, "deno"), join(folder, platform, "deno.exe")])
    .find((path) => existsSync(path));
}

function folderOf(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}
