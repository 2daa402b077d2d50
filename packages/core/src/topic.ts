import { SseError, shown } from "./errors.ts";

/** The longest topic, in UTF-16 units. */
const MAX_LENGTH = 512;
// Two texts that differ only in a lone surrogate would be one topic once encoded.
const LONE_SURROGATE = /\p{Cs}/u;

let lastTopic: string | undefined;
let lastSet: ReadonlySet<string> = new Set();

/** @throws {SseError} `BAD_TOPIC` */
export function checkedTopic(topic: unknown): string {
  if (typeof topic === "string" && topic !== "" && topic.length <= MAX_LENGTH && !LONE_SURROGATE.test(topic))
    return topic;
  throw new SseError(
    "BAD_TOPIC",
    `A topic is a string of 1 to ${MAX_LENGTH} characters without lone surrogates, got ${shown(topic)}.`,
    { value: topic },
  );
}

/** One topic or several, each once. @throws {SseError} `BAD_TOPIC` */
export function checkedTopics(topics: string | Iterable<string>): ReadonlySet<string> {
  if (topics === lastTopic) return lastSet;
  const several = typeof topics === "object" && topics !== null && Symbol.iterator in topics;
  const names = several ? [...topics] : [topics];
  // Many readers of one topic, one after the other, share one set.
  if (names.length === 1 && names[0] === lastTopic) return lastSet;
  const set = new Set(names.map(checkedTopic));
  if (set.size === 1) {
    [lastTopic] = set;
    lastSet = set;
  }
  if (set.size > 0) return set;
  throw new SseError("BAD_TOPIC", "subscribe needs at least one topic, got none.", { value: topics });
}

const keys = new WeakMap<ReadonlySet<string>, string>();

/** One text for the same topics, in whatever order. */
export function topicsKey(topics: ReadonlySet<string>): string {
  let key = keys.get(topics);
  if (key === undefined) {
    key = JSON.stringify([...topics].sort());
    keys.set(topics, key);
  }
  return key;
}
