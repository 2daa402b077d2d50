import { npm } from "./run.ts";

let built: Promise<unknown> | undefined;

/** Before the projects whose tests use dist: builds what is not up to date, once in a run. */
export async function setup(): Promise<void> {
  built ??= npm(["run", "build"]);
  await built;
}
