import type { SseError, SseErrorCode } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { reconnectNotice } from "./notice.ts";
import type { Settings } from "./options.ts";

/** Whether an error says that the reader is not wanted, rather than that something failed. */
export function isRefusal({ code }: SseError): boolean {
  return code === "FORBIDDEN" || code === "LIMITED" || code === "HUB_CLOSED";
}

/** Whether it may be let in another time: a log that is away comes back, too. */
function isPassing(code: SseErrorCode): boolean {
  return code === "LIMITED" || code === "HUB_CLOSED" || code === "LOG_FAILED";
}

/**
 * What a reader is answered that is refused for now: a stream that ends at once and says when to come back, if it is
 * one that any other status would stop for good; else `undefined`, and the error is the framework's to answer.
 */
export function reconnectAnswer(
  error: SseError,
  exchange: Exchange,
  settings: Settings,
): Uint8Array | undefined {
  const { whenRefused } = settings;
  // An EventSource asks for nothing else, and can be asked for nothing else; what can look at a status accepts more.
  const native = exchange.method === "GET" && exchange.header("accept") === "text/event-stream";
  const again = whenRefused === "retry" || (whenRefused === "auto" && native);
  return isPassing(error.code) && again ? awayNotice("refused", settings) : undefined;
}

/** Tells a reader when to come back: each another time, so that those sent away together do not come all at once. */
export function awayNotice(
  reason: "shutdown" | "rotated" | "refused",
  { retry: [least, most] }: Settings,
): Uint8Array {
  return reconnectNotice(reason, Math.round(least + Math.random() * (most - least)));
}
