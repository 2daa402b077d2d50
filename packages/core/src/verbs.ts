import { SseError } from "./errors.ts";
import type { SseEvents } from "./event.ts";
import { Hub, type HubVerbs } from "./hub.ts";
import type { HubOptions } from "./options.ts";

/** What every adapter's `sse` takes: the options of a hub of its own, or a hub that several share. */
export type SseOptions<Events = SseEvents> =
  | (HubOptions & { readonly hub?: never })
  | { readonly hub: Hub<Events> };

/** What every adapter's `sse` returns besides what its framework wants. */
export interface SseVerbs<Events = SseEvents> extends HubVerbs<Events> {
  /** For sharing: `sse({ hub })`. */
  readonly hub: Hub<Events>;
}

/** The hub that the options name or describe. @throws {SseError} `BAD_OPTION` */
export function hubOf<Events>(options: SseOptions<Events> = {}): Hub<Events> {
  const { hub } = options;
  if (hub === undefined) return new Hub<Events>(options);
  const others = Object.keys(options).filter((name) => name !== "hub");
  if (hub instanceof Hub && others.length === 0) return hub;
  const message =
    others.length > 0
      ? `A shared hub has its options already: remove ${others.join(", ")} here, or give them to the hub.`
      : "hub must be a Hub of this copy of the library.";
  throw new SseError("BAD_OPTION", message, { value: options });
}

/** Hangs the verbs of a hub on what an adapter returns. */
export function withVerbs<Face extends object, Events>(
  face: Face,
  hub: Hub<Events>,
): Face & SseVerbs<Events> {
  const verbs = {
    hub,
    publish: hub.publish.bind(hub),
    finish: hub.finish.bind(hub),
    produce: hub.produce.bind(hub),
    limit: hub.limit.bind(hub),
    cursor: hub.cursor.bind(hub),
    settled: hub.settled.bind(hub),
    drain: hub.drain.bind(hub),
    close: hub.close.bind(hub),
  };
  // A getter: the streams are those open at the time of asking.
  Object.defineProperty(face, "streams", { get: () => hub.streams });
  return Object.assign(face, verbs) as Face & SseVerbs<Events>;
}
