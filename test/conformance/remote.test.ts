import { type RemoteLog, startRemoteLog } from "../src/logs/remote-log.ts";
import { conformance } from "./suite.ts";
import { direct } from "./targets.ts";

/** One log for all checks that want the same bounds. */
const remote = new Map<string, Promise<RemoteLog>>();

// A log in another process, with delays of its own: nothing may rest on the log being at hand.
conformance(
  {
    name: "remote log",
    async optionsOf(history = {}) {
      const key = JSON.stringify(history);
      let log = remote.get(key);
      if (log === undefined) {
        log = startRemoteLog({ history, maxDelay: 2 });
        remote.set(key, log);
      }
      return { log: (await log).log, history };
    },
    async stop() {
      for (const log of remote.values()) await (await log).stop();
    },
  },
  direct,
);
