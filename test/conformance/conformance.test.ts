import type { HubOptions } from "@longwave/core";
import { afterAll, describe, expect, test } from "vitest";
import { type RemoteLog, startRemoteLog } from "../src/logs/remote-log.ts";
import type { Target } from "./check.ts";
import { checks } from "./checks.ts";
import { App } from "./client/app.ts";
import type { FixtureOptions } from "./fixtures/fixture.ts";
import { targets } from "./targets.ts";

test("ids are unique and well formed", () => {
  const ids = checks.map(({ id }) => id);
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([]);
  for (const id of ids) expect(id).toMatch(/^[A-Z]+-\d\d$/);
});

test("a promise is one line, and not too long for a table", () => {
  for (const { id, promise } of checks) expect(promise, id).toMatch(/^[^\n]{10,130}\.$/);
});

interface LogKind {
  readonly name: string;
  /** The options of a hub on such a log. */
  optionsOf(history: HubOptions["history"]): Promise<HubOptions>;
  readonly incapable: Target["incapable"];
}

const logs: readonly LogKind[] = [
  {
    name: "memory log",
    optionsOf: async (history) => (history === undefined ? {} : { history }),
    incapable: {},
  },
  {
    name: "remote log",
    optionsOf: async (history) => ({ log: (await remoteLog(history)).log }),
    incapable: { "known-retention": "A hub that is given a log is not told how much it keeps." },
  },
];

const remote = new Map<string, Promise<RemoteLog>>();

/** A log in another process, with delays of its own; one for all checks that want the same bounds. */
function remoteLog(history: HubOptions["history"] = {}): Promise<RemoteLog> {
  const key = JSON.stringify(history);
  let log = remote.get(key);
  if (log === undefined) {
    log = startRemoteLog({ history, maxDelay: 2 });
    remote.set(key, log);
  }
  return log;
}

afterAll(async () => {
  for (const log of remote.values()) await (await log).stop();
});

for (const target of targets) {
  for (const log of logs) {
    describe(`${target.name}, ${log.name}`, () => {
      const incapable = { ...target.incapable, ...log.incapable };
      for (const check of checks) {
        const lacking = check.needs?.find((capability) => incapable[capability] !== undefined);
        const title = `${check.id} ${check.level}: ${check.promise}`;
        if (lacking !== undefined) {
          // Not a skip: the target is what it is, and says so by name.
          test(`${title} [cannot: ${lacking}]`, () => {
            expect(incapable[lacking]).toMatch(/.{20}/);
          });
          continue;
        }
        test(title, async () => {
          const { history, ...hub } = check.options?.hub ?? {};
          const options: FixtureOptions = {
            ...check.options,
            hub: { ...hub, ...(await log.optionsOf(history)) },
          };
          const fixture = await target.start(options);
          const app = new App(fixture.url);
          try {
            await check.run(app, fixture);
          } finally {
            app.leave();
            await fixture.kill();
          }
        });
      }
    });
  }
}
