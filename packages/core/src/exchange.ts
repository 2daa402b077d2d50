import type { SseError } from "./errors.ts";
import type { Head } from "./head.ts";
import type { Sink } from "./sink.ts";

/**
 * One request that may become a stream: how an adapter meets the core. Of `open`, `answer` and `fail`, one is called,
 * once: an exchange is single-use.
 */
export interface Exchange {
  /** The request's method, in upper case. */
  readonly method: string;
  /** The request's target: a path with its query, or a whole URL. */
  readonly url: string;
  /** The address of the other end of the connection, where the runtime tells it. */
  readonly address: string | undefined;
  /** A request header, by its name in lower case. */
  header(name: string): string | undefined;
  /**
   * Sends the head, in this tick, and gives the sink for the body.
   * @throws {SseError} `HEAD_SENT` when the response has already begun
   */
  open(head: Head): Sink;
  /** Answers without a stream: with a whole body, or none. */
  answer(head: Head, body?: Uint8Array): void;
  /** Gives an error that came before the head to the framework. */
  fail(error: SseError): void;
}

// The header, and what readers that cannot set one put in the query instead; see the readers' own documentation.
const ALIASES = ["lastEventId", "last_event_id", "lastEventID", "evs_last_event_id"];

/** The id that the reader had last: from the header, else from the query (`?lastEventId=`). */
export function lastEventId(exchange: Exchange): string | undefined {
  const header = exchange.header("last-event-id");
  if (header !== undefined && header !== "") return header;
  const query = exchange.url.indexOf("?");
  if (query === -1) return undefined;
  const parameters = new URLSearchParams(exchange.url.slice(query + 1));
  for (const alias of ALIASES) {
    const value = parameters.get(alias);
    if (value !== null && value !== "") return value;
  }
  return undefined;
}
