import { SseError, shown } from "./errors.ts";

/** How much a hub takes on. Each is a whole number; `Infinity`, the default of all, turns it off. */
export interface Limits {
  /** The most open streams, in all: the circuit breaker of a process. */
  readonly streams?: number;
  /** The most open streams of one client. */
  readonly streamsPerClient?: number;
  /** How many streams one client may open in a minute, in a burst or spread. */
  readonly opensPerMinute?: number;
  /** The most readers of one topic. */
  readonly readersPerTopic?: number;
  /** The most topics that one stream may subscribe to. */
  readonly topicsPerStream?: number;
}

export const NO_LIMITS: Required<Limits> = {
  streams: Number.POSITIVE_INFINITY,
  streamsPerClient: Number.POSITIVE_INFINITY,
  opensPerMinute: Number.POSITIVE_INFINITY,
  readersPerTopic: Number.POSITIVE_INFINITY,
  topicsPerStream: Number.POSITIVE_INFINITY,
};

/** The limits, with what is not given as it was. @throws {SseError} `BAD_OPTION` */
export function checkedLimits(limits: Limits, before: Required<Limits>): Required<Limits> {
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(NO_LIMITS, name)) {
      const known = Object.keys(NO_LIMITS).join(", ");
      throw new SseError("BAD_OPTION", `limits.${name} is no limit. There are ${known}.`, { value });
    }
    if (value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && value >= 0)) continue;
    throw new SseError(
      "BAD_OPTION",
      `limits.${name} must be a whole number or Infinity, got ${shown(value)}.`,
      { value },
    );
  }
  return { ...before, ...limits };
}
