import type { Stage } from "./stage.ts";

/** Waits until the server knows that its readers have left. Some never notice: then for so long. */
export async function settle(stage: Stage, limit = 2_000): Promise<void> {
  const until = performance.now() + limit;
  while ((await stage.server.ask<number>("open")) > 0 && performance.now() < until) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
}
