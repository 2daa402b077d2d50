import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Clock } from "../src/clock.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test.each([
  [[15_000, 30_000, 5_000], 1_000],
  [[400, 30_000], 100],
  [[400, 0], 100],
  [[1], 5],
  [[], 1_000],
  [[0, 0], 1_000],
])("for %j it beats every %d ms", (times, interval) => {
  const beat = vi.fn();
  const clock = new Clock(times, beat);
  clock.start();
  vi.advanceTimersByTime(interval - 1);
  expect(beat).toHaveBeenCalledTimes(0);
  vi.advanceTimersByTime(1);
  expect(beat).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(10 * interval);
  expect(beat).toHaveBeenCalledTimes(11);
  clock.stop();
});

test("it beats from the first start to the last stop: each who needs it is counted", () => {
  const beat = vi.fn();
  const clock = new Clock([400], beat);
  vi.advanceTimersByTime(1_000);
  expect(beat).not.toHaveBeenCalled();
  clock.start();
  clock.start();
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(beat).toHaveBeenCalledTimes(1);
  clock.stop();
  vi.advanceTimersByTime(100);
  expect(beat).toHaveBeenCalledTimes(2);
  clock.stop();
  expect(vi.getTimerCount()).toBe(0);
  clock.start();
  vi.advanceTimersByTime(100);
  expect(beat).toHaveBeenCalledTimes(3);
  clock.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test("its time is a small integer that goes on", () => {
  const clock = new Clock([], () => {});
  const { now } = clock;
  vi.advanceTimersByTime(7);
  expect(Number.isSafeInteger(now)).toBe(true);
  expect(clock.now - now).toBe(7);
});

test("it does not keep the process alive", () => {
  vi.useRealTimers();
  const clock = new Clock([400], () => {});
  const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  clock.start();
  expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout")).toHaveLength(before);
  clock.stop();
});
