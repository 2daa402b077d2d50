import type { Cluster } from "./messages.ts";

/** Events with a key, as one price of several: `number % KEYS` is the key, so that the checker need not be told. */
export const KEYS = 8;
/** Whether the topic's events have keys. */
export function isKeyed(topic: string): boolean {
  return topic.startsWith("key");
}

/** The topics that go on; jobs, which are finished, come and go beside them. */
export const TOPICS: Readonly<Record<Cluster, readonly string[]>> = {
  memory: ["a", "b", "c", "key", "fat"],
  remote: ["d", "e", "key2"],
};

/** Bounds on the history: small enough that those who stay away for seconds have missed what is gone. */
export const HISTORY: Readonly<Record<Cluster, { events: number; bytes: number }>> = {
  memory: { events: 1_500, bytes: 24 * 1024 * 1024 },
  remote: { events: 400, bytes: 4 * 1024 * 1024 },
};
