import { createParser } from "eventsource-parser";

/** What a reader has of a stream, in order; an absent field was not on the wire. */
export interface Received {
  readonly event?: string;
  readonly data?: string;
  readonly id?: string;
  readonly retry?: number;
  readonly comment?: string;
}

/** What a reader makes of the bytes, by a parser that is not ours. A block that is not ended is not there. */
export function received(bytes: Uint8Array): Received[] {
  const all: Received[] = [];
  const parser = createParser({
    onEvent: ({ event, data, id }) =>
      all.push({
        ...(event !== undefined && { event }),
        data,
        ...(id !== undefined && { id }),
      }),
    onRetry: (retry) => all.push({ retry }),
    onComment: (comment) => all.push({ comment }),
    onError: (error) => {
      throw error;
    },
  });
  // Bytes that end within a character are a reader's daily bread; a byte order mark is data here.
  parser.feed(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes, { stream: true }));
  return all;
}

/** The id that the reader would bring back. */
export function lastIdOf(all: readonly Received[]): string | undefined {
  return all.findLast(({ id }) => id !== undefined)?.id;
}
