import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const require = createRequire(import.meta.url);
const folder = fileURLToPath(new URL("../runtimes", import.meta.url));

/** What runs the demo apps. */
export interface Runtime {
  readonly name: string;
  readonly title: string;
  /** How it runs a TypeScript file: the program, and what comes before the file's path. */
  readonly command: readonly string[];
}

/** All but the first in processes of their own: that is the Node that runs the tests. */
export const runtimes: readonly Runtime[] = [
  { name: "node-20", title: "Node 20", command: [] },
  { name: "node-22", title: "Node 22", command: [otherNode("node-22")] },
  { name: "node-24", title: "Node 24", command: [otherNode("node-24")] },
  { name: "bun", title: "Bun", command: [require.resolve("bun/bin/bun.exe")] },
  { name: "deno", title: "Deno", command: [require.resolve("deno/deno"), "run", "--allow-all"] },
];

function otherNode(name: string): string {
  return `${folder}/node_modules/${name}/bin/node`;
}

/** Installs the other versions of Node, which are in no workspace, where they are not there yet. */
export async function installRuntimes(): Promise<void> {
  if (runtimes.every(({ command: [program] }) => program === undefined || existsSync(program))) return;
  await promisify(execFile)("npm", ["ci", "--prefix", folder]);
}
