/**
 * One event: what users `send`, yield to `pipe` and `publish`. One shape everywhere; at least one field is given.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export interface ServerSentEvent {
  /**
   * The name under which the reader hears it: `source.addEventListener(name, …)`. Without one it is a `message`.
   * Control characters, `error` and `open` (the browser's own handlers would fire) are refused.
   */
  readonly event?: string;
  /** A string goes out as it is; anything else through the hub's `serialize`, JSON by default. */
  readonly data?: unknown;
  /**
   * What comes back as `Last-Event-ID`: at most 128 bytes in 0x21–0x7E, not beginning with `~`; `""` resets it.
   * Refused where the log gives the ids: by `publish`, and by `send` on a subscribed stream.
   */
  readonly id?: string;
  /** After how many milliseconds the reader should reconnect: a non-negative integer. */
  readonly retry?: number;
  /** A line that readers skip, before the other fields. Line breaks give several lines. */
  readonly comment?: string;
}

/**
 * The names and data of an application's events, for typing `publish`, `send` and `pipe`:
 * `{ tick: { symbol: string; price: number }; message: string }`. `message` is the event without a name.
 */
// biome-ignore lint/suspicious/noExplicitAny: the widest map must accept interfaces, which have no index signature.
export type EventMap = Record<string, any>;

/**
 * Augment this interface to type the events of a whole application:
 *
 * ```ts
 * declare module "@longwave/core" {
 *   interface SseEvents { tick: { symbol: string; price: number } }
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: it is there to be augmented.
export interface SseEvents {}

/** The events that a map allows; every {@link ServerSentEvent} when the map is empty. */
export type EventOf<Events> = keyof Events extends never
  ? ServerSentEvent
  :
      | {
          [Name in keyof Events & string]: Name extends "message"
            ? Pick<ServerSentEvent, "id" | "retry" | "comment"> & {
                readonly event?: "message";
                readonly data: Events[Name];
              }
            : Pick<ServerSentEvent, "id" | "retry" | "comment"> & {
                readonly event: Name;
                readonly data: Events[Name];
              };
        }[keyof Events & string]
      | (Pick<ServerSentEvent, "retry" | "comment"> & { readonly event?: never; readonly data?: never });
