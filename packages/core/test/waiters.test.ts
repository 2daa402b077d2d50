import { expect, test } from "vitest";
import { Waiters } from "../src/waiters.ts";

test("all who wait go on at once; who comes later waits for the next time", async () => {
  const waiters = new Waiters();
  const all = [waiters.wait(undefined), waiters.wait(undefined)];
  waiters.resolve();
  await Promise.all(all);
  let done = false;
  const later = waiters.wait(undefined).then(() => {
    done = true;
  });
  await Promise.resolve();
  expect(done).toBe(false);
  waiters.resolve();
  await later;
});

test("CLOSED: for those who wait, and for those who come after", async () => {
  const waiters = new Waiters();
  const waiting = waiters.wait(undefined);
  waiters.close();
  await expect(waiting).rejects.toMatchObject({ code: "CLOSED" });
  await expect(waiters.wait(undefined)).rejects.toMatchObject({ code: "CLOSED" });
});

test("ABORTED, with the signal's reason as the cause; the others go on waiting", async () => {
  const waiters = new Waiters();
  const controller = new AbortController();
  const other = waiters.wait(undefined);
  const waiting = waiters.wait(controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  await expect(waiting).rejects.toMatchObject({ code: "ABORTED", cause: reason });
  await expect(waiters.wait(controller.signal)).rejects.toMatchObject({ code: "ABORTED" });
  waiters.resolve();
  await other;
});

test("TIMEOUT, when that is why the signal was aborted", async () => {
  await expect(new Waiters().wait(AbortSignal.timeout(1))).rejects.toMatchObject({ code: "TIMEOUT" });
  const past = AbortSignal.abort(new DOMException("late", "TimeoutError"));
  await expect(new Waiters().wait(past)).rejects.toMatchObject({ code: "TIMEOUT" });
});

test.each([undefined, null, 5, "TimeoutError"])("a reason of any kind is an abort: %j", async (reason) => {
  await expect(new Waiters().wait(AbortSignal.abort(reason))).rejects.toMatchObject({ code: "ABORTED" });
});

test("no listener stays on a signal that outlives the waiting", async () => {
  const listeners = new Set<unknown>();
  const { signal } = new AbortController();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.add(args[1]);
    addEventListener.apply(signal, args);
  };
  signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.delete(args[1]);
    removeEventListener.apply(signal, args);
  };
  const waiters = new Waiters();
  const one = waiters.wait(signal);
  expect(listeners.size).toBe(1);
  waiters.resolve();
  await one;
  const two = waiters.wait(signal);
  waiters.close();
  await expect(two).rejects.toMatchObject({ code: "CLOSED" });
  expect(listeners.size).toBe(0);
});
