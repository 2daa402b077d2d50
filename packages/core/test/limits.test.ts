import { expect, test } from "vitest";
import { checkedLimits, type Limits, NO_LIMITS } from "../src/limits.ts";

test("nothing is limited by default", () => {
  expect(new Set(Object.values(NO_LIMITS))).toEqual(new Set([Number.POSITIVE_INFINITY]));
  expect(checkedLimits({}, NO_LIMITS)).toEqual(NO_LIMITS);
});

test("what is not given stays as it was, and the limits before are left alone", () => {
  const before = checkedLimits({ streams: 10, opensPerMinute: 5 }, NO_LIMITS);
  const after = checkedLimits({ streams: 0, topicsPerStream: 3 }, before);
  expect(after).toEqual({ ...NO_LIMITS, streams: 0, opensPerMinute: 5, topicsPerStream: 3 });
  expect(before).toEqual({ ...NO_LIMITS, streams: 10, opensPerMinute: 5 });
  expect(checkedLimits({ streams: Number.POSITIVE_INFINITY }, after).streams).toBe(Number.POSITIVE_INFINITY);
});

test.each<[Limits]>([
  [{ streams: -1 }],
  [{ streams: 1.5 }],
  [{ streamsPerClient: Number.NaN }],
  [{ opensPerMinute: "50" as never }],
  [{ readersPerTopic: null as never }],
  [{ topicsPerStream: Number.NEGATIVE_INFINITY }],
  [{ topicsPerStream: undefined as never }],
  [{ stream: 5 } as never],
  [{ toString: 5 } as never],
])("%j is refused, by its name", (limits) => {
  const [name = ""] = Object.keys(limits);
  expect(() => checkedLimits(limits, NO_LIMITS)).toThrow(
    expect.objectContaining({ code: "BAD_OPTION", message: expect.stringContaining(`limits.${name}`) }),
  );
});
