import type { EventStream, SseOptions, SseVerbs } from "@longwave/core";
import { eventOf } from "./event.ts";
import type { Fixture } from "./fixture.ts";
import { topicsOf } from "./query.ts";
import { sources } from "./turns.ts";

let encodes = 0;

/** All defaults, and a count of what is serialized. */
export const options: SseOptions = {
  serialize: (data) => {
    encodes++;
    return JSON.stringify(data);
  },
};

/** What a route does with its stream, by its path: the same public verbs in every framework. */
export const routes: Readonly<Record<string, (stream: EventStream, url: string) => void>> = {
  "/events": (stream, url) => void stream.subscribe(topicsOf(url)),
  "/own": (stream) => void stream.comment("own"),
  "/pipe": (stream) => {
    // Bun sends no head before the first byte, and the sources begin when all readers are in.
    stream.comment("pipe");
    void stream.pipe(sources.open((data) => ({ data })));
  },
  "/hello": (stream) => void stream.send({ data: eventOf(0, 100) }),
};

/** The fixture of a server that Longwave runs in. */
export function longwave(verbs: SseVerbs, port: number): Fixture {
  return {
    port,
    open: () => verbs.streams.size,
    publish: (topic, data) => void verbs.publish(topic, { data }),
    sendEach: (event) => {
      for (const stream of verbs.streams) stream.send({ data: event() });
    },
    cursor: () => verbs.cursor(),
    encodes: () => encodes,
  };
}
