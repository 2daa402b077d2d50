import type { EventStream } from "@longwave/core";

interface Answer {
  token: string;
  usage: { tokens: number };
}

declare const stream: EventStream<Answer>;

stream.send({ event: "token", data: "a" });
stream.send({ event: "token", data: "a", id: "7" });
void stream.pipe([{ event: "usage", data: { tokens: 7 } }]);
void stream.pipe(async function* (signal: AbortSignal) {
  if (!signal.aborted) yield { event: "token" as const, data: "a" };
});

// @ts-expect-error TS2820: the map has no event of this name
stream.send({ event: "tokens", data: "a" });

// @ts-expect-error TS2322: the data of this event is a string
stream.send({ event: "token", data: 7 });

// @ts-expect-error TS2345: a source gives events of the map
void stream.pipe([{ event: "usage", data: "7" }]);

// @ts-expect-error TS2353: a source is not one event
void stream.pipe({ event: "token", data: "a" });

// @ts-expect-error TS2353: `start` is no option of subscribing
void stream.subscribe("answers", { start: "now" });

// @ts-expect-error TS2345: topics are strings
void stream.subscribe([1, 2]);

// @ts-expect-error TS2540: the state is the stream's own
stream.state = "closed";

// @ts-expect-error TS2322: onGap gives a cursor or nothing
void stream.subscribe("answers", { onGap: () => 7 });
