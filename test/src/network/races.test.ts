import type { EventStream, SseError } from "@longwave/core";
import { expect, test, vi } from "vitest";
import {
  assertUndisturbed,
  codeOf,
  type Events,
  endings,
  heldLog,
  type Running,
  run,
} from "./races/running.ts";

test("a response is opened twice: the second stream is refused, the first goes on", async () => {
  const codes: string[] = [];
  let server: Running | undefined;
  const running = await run({
    "/twice": (stream, request, response) => {
      stream.send({ data: "first" });
      const second = server?.events(request, response);
      codes.push(codeOf(() => second?.send({ data: "second" })));
      codes.push(codeOf(() => second?.comment("second")));
      stream.send({ data: "on" });
    },
  });
  server = running;
  const reader = await running.open("/twice");
  expect(await reader.data(2)).toEqual(["first", "on"]);
  expect(codes).toEqual(["HEAD_SENT", "HEAD_SENT"]);
  expect(running.events.streams.size).toBe(2);
  await assertUndisturbed(running);
});

test("somebody else sends the head while the log is asked: the stream does not open, and nothing hangs", async () => {
  const { log, release, asked } = heldLog();
  const states: string[] = [];
  const running = await run(
    {
      "/begun": async (stream, _request, response) => {
        const opening = stream.subscribe("t", { from: "start" });
        await asked;
        response.write("somebody else's");
        release();
        await opening;
        states.push(stream.state, stream.closeReason ?? "");
      },
    },
    { log },
  );
  const reader = await running.open("/begun");
  expect(await reader.ended()).toBe("clean");
  expect(reader.text).toBe("somebody else's");
  expect(states).toEqual(["closed", "error"]);
  expect(running.events.streams.size).toBe(1);
  await assertUndisturbed(running);
});

test("a hub is drained while a reader's log is asked: a native reader comes back, another gets 503", async () => {
  const { log, release, asked } = heldLog();
  const asking: EventStream<Events>[] = [];
  const running = await run(
    {
      "/": (stream) => {
        asking.push(stream);
        return stream.subscribe("t", { from: "start" });
      },
    },
    { log },
  );
  const opening = running.open("/");
  const native = running.open("/", { headers: { accept: "text/event-stream" } });
  await asked;
  await vi.waitFor(() => expect(asking).toHaveLength(2));
  const drained = running.events.drain({ within: 60_000 });
  release();
  const [refused, sentAway] = await Promise.all([opening, native]);
  expect([refused.status, refused.headers["retry-after"]]).toEqual([503, "5"]);
  expect(sentAway.status).toBe(200);
  expect(await sentAway.ended()).toBe("clean");
  expect(sentAway.events.map(({ event }) => event)).toEqual(["reconnect"]);
  expect(sentAway.retries).toHaveLength(1);
  await drained;
});

test("every verb after the end of a stream is harmless", async () => {
  const after: unknown[] = [];
  const running = await run({
    "/": async (stream) => {
      stream.send({ data: "all" });
      stream.close();
      after.push(stream.send({ data: "more" }), stream.comment("more"));
      await stream.subscribe("bystander");
      await stream.pipe([{ data: "more" }]);
      after.push(await stream.ready().catch((error: SseError) => error.code));
      stream.until(Date.now() + 1_000);
      stream.close();
      stream.fail(new Error("late"));
      after.push(stream.closeReason);
    },
  });
  const reader = await running.open("/");
  expect(await reader.ended()).toBe("clean");
  expect(reader.text).toBe("data: all\n\n");
  expect(after).toEqual([false, false, "CLOSED", "closed"]);
  await assertUndisturbed(running);
});

test("the observer closes streams, and publishes, from inside its calls", async () => {
  let running: Running | undefined;
  const closeAll = (): void => {
    for (const stream of running?.events.streams ?? []) if (!stream.topics.has("bystander")) stream.close();
  };
  const heard: string[] = [];
  running = await run(
    { "/": (stream) => stream.subscribe("t"), "/send": (stream) => stream.send({ data: 1 }) },
    {
      observer: {
        open: ({ url }) => {
          heard.push(`open ${url}`);
          void running?.events.publish("t", { data: "from an observer" });
          if (url === "/send") closeAll();
        },
        close: ({ url, reason }) => {
          heard.push(`close ${url} ${reason}`);
          closeAll();
        },
      },
    },
  );
  const subscribed = await running.open("/");
  expect(await subscribed.data(1)).toEqual(["from an observer"]);
  const sent = await running.open("/send");
  expect(await sent.ended()).toBe("clean");
  expect(await subscribed.ended()).toBe("clean");
  await vi.waitFor(() => expect(heard.filter((one) => one.startsWith("close"))).toHaveLength(2));
  await assertUndisturbed(running);
});

test("the observer closes the hub from inside its calls", async () => {
  let running: Running | undefined;
  const closing: Promise<void>[] = [];
  running = await run(
    { "/": (stream) => stream.subscribe("t") },
    {
      observer: {
        open: ({ url }) => {
          if (url === "/") closing.push(running?.events.close() ?? Promise.resolve());
        },
        close: () => closing.push(running?.events.close() ?? Promise.resolve()),
        drain: () => closing.push(running?.events.close() ?? Promise.resolve()),
      },
    },
  );
  const reader = await running.open("/");
  expect(await reader.ended()).toBe("clean");
  expect(await running.bystander.ended()).toBe("clean");
  await Promise.all(closing);
  expect(running.events.streams.size).toBe(0);
});

test("publishing inside a delivery: all readers have the same order", async () => {
  let running: Running | undefined;
  let depth = 0;
  running = await run(
    { "/": (stream) => stream.subscribe(["a", "b"]) },
    {
      // Called in the midst of `publish`, and of nothing that may be upset by another.
      serialize: (data) => {
        if (depth++ < 3) void running?.events.publish("b", { data: { nested: depth } });
        return JSON.stringify(data);
      },
    },
  );
  const readers = await Promise.all([running.open("/"), running.open("/"), running.open("/")]);
  for (const reader of readers) {
    await reader.next();
  }
  // A stream's end is told in the midst of the turn that ends it.
  for (const stream of running.events.streams) {
    stream.signal.addEventListener("abort", () => void running?.events.publish("b", { data: "at an end" }));
  }
  await running.events.publish("a", { data: { nested: 0 } });
  for (const stream of running.events.streams) {
    if (stream.topics.has("bystander")) continue;
    stream.close();
    break;
  }
  const orders = await Promise.all(readers.slice(1).map((reader) => reader.data(5)));
  expect(orders[0]).toHaveLength(5);
  expect(orders[1]).toEqual(orders[0]);
  await assertUndisturbed(running);
});

test("a serializer, an observer, a source, a topic list and a hook that throw reach nobody else", async () => {
  const warnings: string[] = [];
  const onwarning = (warning: Error): void => void warnings.push(warning.name);
  process.on("warning", onwarning);
  endings.push(async () => process.off("warning", onwarning));
  const fails = (): never => {
    throw new Error("SECRET");
  };
  const codes: string[] = [];
  const running = await run(
    {
      "/source": (stream) => stream.pipe(fails),
      "/event": (stream) => {
        codes.push(codeOf(() => stream.send({ data: { toJSON: fails } })));
        stream.send({ data: "on" });
      },
      "/gap": (stream) => stream.subscribe("t", { from: "other.5", onGap: fails }),
      "/hook": (stream) => stream.send({ data: "never" }),
    },
    {
      observer: { open: fails, close: fails, gap: fails, replay: fails, error: fails, drain: fails },
      admit: ({ url }) => (url === "/hook" ? fails() : true),
    },
  );
  const source = await running.open("/source");
  expect(await source.ended()).toBe("clean");
  const event = await running.open("/event");
  expect(await event.data(1)).toEqual(["on"]);
  const gap = await running.open("/gap");
  expect(await gap.ended()).toBe("clean");
  const hook = await running.open("/hook");
  expect(hook.status).toBe(500);
  await hook.ended();
  expect(codes).toEqual(["BAD_DATA"]);
  for (const reader of [source, event, gap, hook]) expect(reader.text).not.toContain("SECRET");
  await running.events.produce("t", fails);
  await assertUndisturbed(running);
  expect(new Set(warnings)).toEqual(new Set(["LongwaveWarning"]));
});
