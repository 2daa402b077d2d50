import type { HubOptions } from "@longwave/core";
import { afterAll, describe, expect, test } from "vitest";
import { type Capability, type Check, lacking, type Target } from "./check.ts";
import { checks } from "./checks.ts";
import { App } from "./client/app.ts";

/** A kind of log under the hub. */
export interface LogKind {
  readonly name: string;
  /** The options of a hub on such a log. */
  optionsOf(history: HubOptions["history"]): Promise<HubOptions>;
  /** Ends what `optionsOf` has started. */
  stop(): Promise<void>;
}

export const memory: LogKind = {
  name: "memory log",
  optionsOf: async (history) => (history === undefined ? {} : { history }),
  stop: async () => {},
};

/** Declares a test for every check on every target, on a log of one kind. */
export function conformance(log: LogKind, targets: readonly Target[]): void {
  afterAll(() => log.stop());
  for (const target of targets) {
    describe(`${target.name}, ${log.name}`, () => {
      if (target.incapable.serve !== undefined) {
        test("all [cannot: serve]", () => explained(target, "serve"));
        return;
      }
      for (const check of checks) {
        const need = lacking(check, target.incapable);
        const title = `${check.id} ${check.level}: ${check.promise}`;
        if (need === undefined) test(title, () => run(check, target, log));
        // Not a skip: the target is what it is, and says so by name.
        else test(`${title} [cannot: ${need}]`, () => explained(target, need));
      }
    });
  }
}

function explained({ incapable }: Target, capability: Capability): void {
  expect(incapable[capability]?.reason).toMatch(/.{20}\.$/);
  expect(incapable[capability]?.link).toMatch(/^https:\/\//);
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
