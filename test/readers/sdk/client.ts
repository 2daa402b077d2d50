import type { ServerSentEvent } from "@longwave/core";

/** How a protocol says things in an event stream. */
export interface Protocol {
  /** Before the first piece. */
  readonly begin: readonly ServerSentEvent[];
  piece(text: string): ServerSentEvent;
  /** That the application has failed, said in the stream. */
  error(text: string): ServerSentEvent;
  readonly end: readonly ServerSentEvent[];
}

/** A library that asks for an answer and reads it as it comes. */
export interface Client {
  readonly name: string;
  readonly package: string;
  /** Where it asks. */
  readonly path: string;
  readonly protocol: Protocol;
  /** Asks at the origin; gives the pieces of the text. Throws what the library throws. */
  read(origin: string, signal: AbortSignal): AsyncIterable<string>;
}
