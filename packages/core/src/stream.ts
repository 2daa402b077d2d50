import type { EventOf, SseEvents } from "./event.ts";
import type { OnGap } from "./gap.ts";
import type { CloseReason } from "./observer.ts";
import type { Source } from "./source.ts";

/**
 * - `new`: no verb was called yet, and the route may still answer in another way.
 * - `opening`: the log is asked where to begin.
 * - `open`: the head is out.
 * - `closing`: ended, and the last bytes are on their way.
 * - `closed`: over.
 */
export type StreamState = "new" | "opening" | "open" | "closing" | "closed";

/** How to subscribe. */
export interface SubscribeOptions {
  /**
   * Where a first visit begins: `now`, `start` (the oldest kept) or a cursor (`hub.cursor()`, taken before a snapshot
   * was read). A reader that brings a cursor of its own goes on from that.
   * @default "now"
   */
  readonly from?: "now" | "start" | (string & {});
  /**
   * Called when the reader's cursor cannot be continued. What it sends with `stream.send` goes out right after the
   * notice of the gap, once it has returned; the cursor it gives, if any, is where the stream goes on.
   * @default the reader goes on from the oldest event kept of its topics
   */
  readonly onGap?: OnGap;
}

/**
 * One reader's open response. It opens at its first verb (`send`, `comment`, `subscribe`, `pipe`), and reading a
 * property never opens it. It lives until it is closed, its reader leaves, or the hub ends it; never because a
 * handler returned.
 *
 * What is the caller's fault (a bad event, a bad topic) is thrown at once. No promise of a stream is ever an unhandled
 * rejection: what fails before the head goes to the framework's error handling, what fails later ends the stream, and
 * the observer hears of it.
 */
export interface EventStream<Events = SseEvents> {
  /** A name of its own, for logs. Not a secret. */
  readonly id: string;
  readonly state: StreamState;
  /** Why it is over; `undefined` before it is. */
  readonly closeReason: CloseReason | undefined;
  /** When it opened, in milliseconds since 1970. */
  readonly openedAt: number | undefined;
  /** What the reader had last: its `Last-Event-ID` header, else `?lastEventId=` or an alias of that. */
  readonly lastEventId: string | undefined;
  /** What it is subscribed to. */
  readonly topics: ReadonlySet<string>;
  /** Aborted when the stream is over. Made when first read. */
  readonly signal: AbortSignal;

  /**
   * Writes an event to this reader alone. Once subscribed, it carries the log's last position as its id, and is not
   * replayed.
   * @returns false when the reader is slow (await `ready`) or the stream is over
   * @throws {SseError} `BAD_*`, `EVENT_TOO_LARGE`, `ID_CONFLICT`, `HEAD_SENT`, `HUB_CLOSED`
   */
  send(event: EventOf<Events>): boolean;
  /** Writes a line that readers skip, under the same rules as `send`. */
  comment(text: string): boolean;
  /**
   * Resolves when there is room for private events.
   * @throws {SseError} (as a rejection) `TIMEOUT` or `ABORTED` by the signal, `CLOSED`
   */
  ready(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Subscribes to topics, once, with all of them; the reader gets each event of theirs in the log's order, and after
   * a reconnect goes on where it was.
   * @returns resolves when the stream has opened, or will not
   * @throws {SseError} `BAD_TOPIC`, `BAD_OPTION`, `ALREADY_SUBSCRIBED`, `ID_CONFLICT`, `HUB_CLOSED`
   */
  subscribe(topics: string | Iterable<string>, options?: SubscribeOptions): Promise<void>;
  /**
   * Sends what a source gives, as fast as the reader takes it, and ends the stream when the source ends. On GET the
   * last event is `end`, and a reader that comes back after it is answered 204. The source is cancelled when the
   * reader leaves; a function is called once the stream has opened, with the stream's signal.
   * @returns resolves when the stream is over or about to be
   * @throws {SseError} `BAD_SOURCE`, `HEAD_SENT`, `HUB_CLOSED`
   */
  pipe(source: Source<EventOf<Events>>): Promise<void>;
  /**
   * Ends the stream at a point in time, to within a second: when a token expires, say. The earliest time given counts.
   * It opens nothing.
   * @throws {SseError} `BAD_OPTION`
   */
  until(time: Date | number): void;
  /** Ends the stream: what was written still goes out. */
  close(): void;
  /**
   * Ends the stream because code of the application failed. The observer hears of it, the reader never; before the
   * head it is the framework's to answer.
   */
  fail(cause: unknown): void;
}
