import type { Incapable } from "../check.ts";
import { type Runtime, runtimes } from "../runtimes.ts";
import { type Framework, frameworks } from "../targets.ts";

/** A framework on a runtime. */
export interface Cell {
  /** As in the names of its tests: `hono on bun`. */
  readonly name: string;
  readonly framework: Framework;
  readonly runtime: Runtime;
  readonly incapable: Incapable;
}

/** All cells, runtime after runtime. */
export const cells: readonly Cell[] = runtimes.flatMap((runtime) =>
  frameworks.map((framework) => ({
    name: `${framework.name} on ${runtime.name}`,
    framework,
    runtime,
    incapable: { ...framework.incapable, ...framework.on?.[runtime.name] },
  })),
);
