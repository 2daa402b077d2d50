import type { HubOptions } from "@longwave/core";
import { afterAll, describe, expect, test } from "vitest";
import type { Check, Target } from "./check.ts";
import { checks } from "./checks.ts";
import { App } from "./client/app.ts";
import { targets } from "./targets.ts";

/** A kind of log under the hub. */
export interface LogKind {
  readonly name: string;
  /** The options of a hub on such a log. */
  optionsOf(history: HubOptions["history"]): Promise<HubOptions>;
  /** Ends what `optionsOf` has started. */
  stop(): Promise<void>;
  readonly incapable?: Target["incapable"];
}

/** Declares a test for every check on every target, on a log of one kind. */
export function conformance(log: LogKind): void {
  afterAll(() => log.stop());
  for (const target of targets) {
    const incapable = { ...target.incapable, ...log.incapable };
    describe(`${target.name}, ${log.name}`, () => {
      for (const check of checks) {
        const lacking = check.needs?.find((capability) => incapable[capability] !== undefined);
        const title = `${check.id} ${check.level}: ${check.promise}`;
        if (lacking === undefined) test(title, () => run(check, target, log));
        // Not a skip: the target is what it is, and says so by name.
        else
          test(`${title} [cannot: ${lacking}]`, () => {
            expect(incapable[lacking]).toMatch(/.{20}/);
          });
      }
    });
  }
}

async function run(check: Check, target: Target, log: LogKind): Promise<void> {
  const { history, ...hub } = check.options?.hub ?? {};
  const fixture = await target.start({
    ...check.options,
    hub: { ...hub, ...(await log.optionsOf(history)) },
  });
  const app = new App(fixture);
  try {
    await check.run(app, fixture);
  } finally {
    app.leave();
    await fixture.kill();
  }
}
