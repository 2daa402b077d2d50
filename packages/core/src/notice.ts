import type { ServerSentEvent } from "./event.ts";
import { encode, encodeComment, frame } from "./frame.ts";
import type { Gap } from "./gap.ts";

// What the stream itself says to its reader. Each is an ordinary named event: readers that do not listen for it never
// hear of it, and its id is kept by all of them, which that of a block without data is not.

/** The id that says "I have had the end". No log gives it, and `send` refuses ids that begin with `~`. */
export const END_ID = "~end";

const RULES = { serialize: JSON.stringify, maxEventBytes: Number.POSITIVE_INFINITY };

const CHECKPOINT = encode({ event: "checkpoint", data: "" }, RULES).body;

let lastCursor = "";
let lastCheckpoint: Uint8Array = CHECKPOINT;

/** A comment that does nothing but keep the connection alive. */
export const HEARTBEAT: Uint8Array = encodeComment("", RULES);

/** The last event of a source: a reader that comes back with its id is answered 204. */
export const END: Uint8Array = frame(END_ID, encode({ event: "end", data: "" }, RULES).body);

/** "You have had everything up to here": keeps the cursor of a reader of quiet topics fresh. */
export function checkpoint(cursor: string): Uint8Array {
  // Readers that come together, and those that are beaten together, are at the same place: they share the bytes.
  if (cursor !== lastCursor) {
    lastCursor = cursor;
    lastCheckpoint = frame(cursor, CHECKPOINT);
  }
  return lastCheckpoint;
}

/** "Something you needed is gone." It brings no new id, so that a reader cut right after it is told again. */
export function gapNotice(gap: Gap): Uint8Array {
  return encode({ event: "gap", data: gap }, RULES).body;
}

/** "Events meant for you alone were dropped, since you were slow." */
export function dropNotice(): Uint8Array {
  return encode({ event: "dropped", data: "" }, RULES).body;
}

/** "All that this topic will ever have is before this." The stream ends when that holds for all of its topics. */
export function finishNotice(topic: string): Uint8Array {
  return encode({ event: "finish", data: topic }, RULES).body;
}

/** What stands in a topic when its source has failed: that, and nothing of why. */
export const FAILED: ServerSentEvent = { event: "failed", data: "" };

/** "Come back after that many milliseconds", and why. */
export function reconnectNotice(reason: "shutdown" | "rotated" | "refused", retry: number): Uint8Array {
  return encode({ event: "reconnect", data: { reason }, retry }, RULES).body;
}
