import { Readable } from "node:stream";
import { ReadableStream } from "node:stream/web";
import { expect, test } from "vitest";
import type { ServerSentEvent } from "../src/event.ts";
import type { Source } from "../src/source.ts";
import { Station, words } from "./support/station.ts";
import { turn, until } from "./support/turn.ts";

const EVENTS: readonly ServerSentEvent[] = [{ data: "1" }, { data: "2", id: "mine" }, { data: "3" }];

async function* later(events: readonly ServerSentEvent[]): AsyncGenerator<ServerSentEvent> {
  for (const event of events) {
    await turn();
    yield event;
  }
}

function* now(events: readonly ServerSentEvent[]): Generator<ServerSentEvent> {
  yield* events;
}

function web(events: readonly ServerSentEvent[]): ReadableStream<ServerSentEvent> {
  return ReadableStream.from(events);
}

const sources: [string, () => Source<ServerSentEvent>][] = [
  ["an array", () => EVENTS],
  ["a set", () => new Set(EVENTS)],
  ["a generator", () => now(EVENTS)],
  ["an async generator", () => later(EVENTS)],
  ["a web stream", () => web(EVENTS)],
  ["a Node stream", () => Readable.from(EVENTS)],
  ["a function that gives an array", () => () => EVENTS],
  ["a function that gives an async generator", () => () => later(EVENTS)],
  ["an async function that gives a web stream", () => async () => web(EVENTS)],
];

test.each(sources)("%s: all events in order, then the end, and the stream is over", async (_name, make) => {
  const { stream, exchange } = new Station().come();
  await stream.pipe(make());
  await until(() => stream.state === "closed");
  expect(exchange.sink.received).toEqual([
    { data: "1" },
    { data: "2", id: "mine" },
    { data: "3" },
    { event: "end", data: "", id: "~end" },
  ]);
  expect([stream.closeReason, exchange.sink.cut]).toEqual(["ended", false]);
});

test("on a POST there is no end to remember", async () => {
  const { stream, exchange } = new Station().come({ method: "POST" });
  await stream.pipe(EVENTS);
  expect(exchange.sink.received.at(-1)).toEqual({ data: "3" });
});

test.each([undefined, null, 5, "text", {}, Symbol("x")])(
  "%s is no source: BAD_SOURCE, before the head",
  (source) => {
    const { stream, exchange } = new Station().come();
    expect(() => stream.pipe(source as never)).toThrow(expect.objectContaining({ code: "BAD_SOURCE" }));
    expect(exchange.headSent).toBe(false);
  },
);

test.each([undefined, 5, () => EVENTS])(
  "a function that gives no source ends the stream as an error",
  async (given) => {
    const station = new Station();
    const { stream } = station.come();
    await stream.pipe(() => given as never);
    expect(stream.closeReason).toBe("error");
    expect(station.told.errors).toMatchObject([{ error: { code: "BAD_SOURCE" } }]);
  },
);

test("a function is called once the stream has opened, with its signal", async () => {
  const { stream, exchange } = new Station().come();
  let seen: unknown[] = [];
  await stream.pipe((signal) => {
    seen = [exchange.headSent, signal === stream.signal, signal.aborted];
    return [];
  });
  expect(seen).toEqual([true, true, false]);
});

test("a source that fails ends the stream; its text reaches the observer and no reader", async () => {
  const station = new Station();
  const { stream, exchange } = station.come();
  const cause = new Error("secret");
  await stream.pipe(async function* () {
    yield { data: "1" };
    throw cause;
  });
  await until(() => stream.state === "closed");
  expect(exchange.sink.text).toBe("data: 1\n\n");
  expect(station.told.errors).toMatchObject([{ error: { code: "APPLICATION_FAILED", cause } }]);
});

test.each<[string, () => Source<ServerSentEvent>]>([
  [
    "throws",
    () => () => {
      throw new Error("secret");
    },
  ],
  ["rejects", () => () => Promise.reject(new Error("secret"))],
  [
    "is a web stream in error",
    () => new ReadableStream({ start: (controller) => controller.error(new Error("secret")) }),
  ],
])("a source that %s at once ends the stream, and the promise does not reject", async (_name, make) => {
  const station = new Station();
  const { stream } = station.come();
  await stream.pipe(make());
  expect([stream.closeReason, station.told.errors.length]).toEqual(["error", 1]);
});

test("a bad event of a source ends the stream, and cancels the source", async () => {
  const station = new Station();
  const { stream, exchange } = station.come();
  let cancelled = false;
  await stream.pipe(
    (async function* () {
      try {
        yield { data: "1" };
        yield { data: undefined };
        yield { data: "3" };
      } finally {
        cancelled = true;
      }
    })(),
  );
  await until(() => cancelled);
  expect(words(exchange.sink)).toBe("1");
  expect(station.told.errors).toMatchObject([{ error: { code: "BAD_DATA" } }]);
});

test("back-pressure: a reader that takes nothing stops the source", async () => {
  const { stream, exchange } = new Station().come({ room: 100 });
  let pulled = 0;
  void stream.pipe(
    (function* () {
      while (pulled < 1_000) yield { data: `${++pulled}` };
    })(),
  );
  for (let turns = 0; turns < 20; turns++) await turn();
  expect(pulled).toBeLessThan(20);
  const before = pulled;
  exchange.sink.read();
  await until(() => pulled > before);
  expect(pulled).toBeLessThan(40);
  exchange.sink.room = Number.POSITIVE_INFINITY;
  exchange.sink.read();
  await until(() => stream.state === "closed");
  expect(words(exchange.sink).split(" ")).toHaveLength(1_000);
});

test("the reader leaves while a next is pending: the source is cancelled, and the promise resolves", async () => {
  const { stream, exchange } = new Station().come();
  let returned = 0;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise<IteratorResult<ServerSentEvent>>((resolve) =>
          stream.signal.addEventListener("abort", () => resolve({ done: true, value: undefined })),
        ),
      return: async () => {
        returned++;
        return { done: true as const, value: undefined };
      },
    }),
  };
  const piped = stream.pipe(source);
  await turn();
  exchange.sink.leave();
  await piped;
  expect(returned).toBeGreaterThan(0);
  expect(stream.closeReason).toBe("left");
});

test("the reader of a web stream that waits leaves: the stream is cancelled", async () => {
  const { stream, exchange } = new Station().come();
  let cancelled = false;
  const piped = stream.pipe(
    new ReadableStream<ServerSentEvent>({
      cancel: () => {
        cancelled = true;
      },
    }),
  );
  await turn();
  exchange.sink.leave();
  await piped;
  expect(cancelled).toBe(true);
});

test("the reader of a Node stream that waits leaves: the stream is destroyed, without an error of ours", async () => {
  const station = new Station();
  const { stream, exchange } = station.come();
  const source = new Readable({ objectMode: true, read: () => {} });
  const piped = stream.pipe(source);
  await turn();
  exchange.sink.leave();
  await piped;
  expect(source.destroyed).toBe(true);
  expect(station.told.errors).toEqual([]);
});

test("the reader leaves before the source was given: the function's signal says so, and what it gives is cancelled", async () => {
  const { stream, exchange } = new Station().come();
  let give = (_source: ReadableStream<ServerSentEvent>) => {};
  let cancelled = false;
  let aborted = false;
  const piped = stream.pipe((signal) => {
    signal.addEventListener("abort", () => {
      aborted = true;
    });
    return new Promise((resolve) => {
      give = resolve;
    });
  });
  await turn();
  exchange.sink.leave();
  expect(aborted).toBe(true);
  give(
    new ReadableStream({
      cancel: () => {
        cancelled = true;
      },
    }),
  );
  await piped;
  expect(cancelled).toBe(true);
});

test("a source that fails when it is cancelled is nobody's trouble", async () => {
  const station = new Station();
  const { stream, exchange } = station.come();
  const piped = stream.pipe(
    new ReadableStream<ServerSentEvent>({
      cancel: () => {
        throw new Error("secret");
      },
    }),
  );
  await turn();
  exchange.sink.leave();
  await piped;
  await turn();
  expect(station.told.errors).toEqual([]);
});

test("close within a source ends both", async () => {
  const { stream, exchange } = new Station().come();
  let finished = false;
  await stream.pipe(
    (function* () {
      try {
        yield { data: "1" };
        stream.close();
        yield { data: "2" };
      } finally {
        finished = true;
      }
    })(),
  );
  await until(() => stream.state === "closed");
  expect([words(exchange.sink), finished, stream.closeReason]).toEqual(["1", true, "closed"]);
});

test("a source that never answers keeps nobody waiting for longer than the stream", async () => {
  const { stream, exchange } = new Station().come();
  const piped = stream.pipe(() => new Promise(() => {}));
  await turn();
  exchange.sink.leave();
  await piped;
  const closed = new Station().come();
  closed.stream.comment("x");
  closed.stream.close();
  await closed.stream.pipe(() => new Promise(() => {}));
});

test("a source that never waits, and a reader who takes as fast, leave the others their turn", async () => {
  const { stream, exchange } = new Station().come();
  const EVENTS = 100_000;
  let pulled = 0;
  const piped = stream.pipe(
    (function* () {
      for (; pulled < EVENTS; pulled++) yield { data: "x" };
    })(),
  );
  await turn();
  await turn();
  exchange.sink.leave();
  await piped;
  expect(pulled).toBeGreaterThan(0);
  expect(pulled).toBeLessThan(EVENTS);
});
