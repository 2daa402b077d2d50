import { expect, test, vi } from "vitest";
import { Hub } from "../src/hub.ts";
import type { Entry, Log } from "../src/log.ts";
import { MemoryLog } from "../src/memory-log.ts";
import { turn } from "./support/turn.ts";

/** A log that answers at once, and delivers when it is told to. */
function lateLog(): { readonly log: Log; deliver(): void } {
  const inner = new MemoryLog();
  const held: Entry[] = [];
  let follower = (_entries: readonly Entry[]): void => {};
  return {
    log: {
      append: (topic, body, mark) => inner.append(topic, body, mark),
      follow: (deliver) => {
        follower = deliver;
        return inner.follow((entries) => held.push(...entries));
      },
      after: (at, topics, limit) => inner.after(at, topics, limit),
      close: () => inner.close(),
    },
    deliver: () => follower(held.splice(0)),
  };
}

test("a source is not run again while the end of its topic is in the log and has yet to be delivered", async () => {
  const { log, deliver } = lateLog();
  const hub = new Hub({ log });
  const done = hub.produce("a", []);
  for (let at = 0; at < 20; at++) await turn();
  const second = vi.fn(() => []);
  const again = hub.produce("a", second);
  for (let at = 0; at < 20; at++) await turn();
  deliver();
  await Promise.all([done, again]);
  await hub.produce("a", second);
  expect(second).not.toHaveBeenCalled();
  await hub.close();
});

test("nor by a hub that comes to a log in which its topic is finished, and is asked before it knows", async () => {
  const log = new MemoryLog();
  const first = new Hub({ log });
  await first.produce("a", [{ data: 1 }]);
  await first.close();
  const source = vi.fn(() => []);
  const second = new Hub({ log });
  await second.produce("a", source);
  expect(source).not.toHaveBeenCalled();
  await second.close();
});
