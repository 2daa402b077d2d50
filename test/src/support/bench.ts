import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Child } from "../../bench/src/child.ts";
import type { Stage } from "../../bench/src/stage.ts";
import { node, root } from "./run.ts";

const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

/** Builds the benchmark: its processes run what was built. */
export async function buildBench(): Promise<void> {
  const { code, stdout, stderr } = await node([compiler, "--build", "test/bench"]);
  if (code !== 0) throw new Error(`The benchmark was not built:\n${stdout}${stderr}`);
}

/** A server and a loader, as the benchmark starts them: from what was built, since they start what lies beside. */
export async function stageOf(name: string): Promise<Stage & AsyncDisposable> {
  const url = pathToFileURL(join(root, "test/bench/dist/stage.js")).href;
  const built = (await import(url)) as typeof import("../../bench/src/stage.ts");
  const stage = await built.Stage.start(name, true);
  return Object.assign(stage, { [Symbol.asyncDispose]: () => stage.stop() });
}

/** One process of the benchmark, started with flags of its own. */
export async function childOf(file: string, flags: readonly string[]): Promise<Child & AsyncDisposable> {
  const dist = join(root, "test/bench/dist");
  const built = (await import(
    pathToFileURL(join(dist, "child.js")).href
  )) as typeof import("../../bench/src/child.ts");
  const child = new built.Child(process.execPath, [...flags, join(dist, file)], built.SERVER_CORE);
  await child.ready;
  return Object.assign(child, { [Symbol.asyncDispose]: () => child.stop() });
}
