import { SseError, shown } from "./errors.ts";
import type { ServerSentEvent } from "./event.ts";
import { utf8 } from "./utf8.ts";

/** What an event is held against before a byte of it is written. */
export interface FrameRules {
  /** How data that is not a string becomes one. */
  readonly serialize: (data: unknown) => string;
  /** The largest frame, in bytes. */
  readonly maxEventBytes: number;
}

/** An event's bytes without its `id` line, and the id that it was given: the log or the stream decides what that is. */
export interface EncodedEvent {
  readonly body: Uint8Array;
  readonly id: string | undefined;
}

/** The longest id, in bytes: readers echo it in a header, and some proxies refuse long ones. */
export const MAX_ID_BYTES = 128;

const encoder = new TextEncoder();
const BREAK = /\r\n|\r|\n/g;
const CONTROL = /\p{Cc}/u;
const ID = /^[\x21-\x7e]*$/;

/**
 * Encodes an event once, for all readers. Every field is checked before a byte is made, so a refused event costs
 * nobody anything.
 *
 * @throws {SseError} `BAD_EVENT`, `BAD_EVENT_NAME`, `BAD_ID`, `BAD_RETRY`, `BAD_COMMENT`, `BAD_DATA`, `EVENT_TOO_LARGE`
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export function encode(input: ServerSentEvent, rules: FrameRules): EncodedEvent {
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    throw new SseError("BAD_EVENT", `An event is an object like { event, data }, got ${shown(input)}.`, {
      value: input,
    });
  }
  const { event, id, retry, comment } = input;
  let text = "";
  if (comment !== undefined) text += lines(": ", checkedComment(comment));
  if (event !== undefined) text += line("event", checkedName(event));
  if (retry !== undefined) text += line("retry", checkedRetry(retry));
  if ("data" in input) text += lines("data: ", checkedData(input.data, rules.serialize));
  // A reader drops an event without data (§9.2.6): a name alone is meant to be heard.
  else if (event !== undefined) text += "data: \n";
  if (id !== undefined) checkId(id);
  else if (text === "") {
    throw new SseError(
      "BAD_EVENT",
      "An event needs at least one of event, data, id, retry and comment; this one has none.",
      { value: input },
    );
  }
  const body = utf8(`${text}\n`);
  if (body.byteLength > rules.maxEventBytes) {
    throw new SseError(
      "EVENT_TOO_LARGE",
      `The event takes ${body.byteLength} bytes on the wire, over maxEventBytes (${rules.maxEventBytes}). Send a reference to the data, or raise maxEventBytes.`,
      { value: body.byteLength },
    );
  }
  return { body, id };
}

/**
 * A comment by itself: lines that readers skip, without the blank line that ends an event. There is nothing to end, and
 * `@microsoft/fetch-event-source` (2.0.1, its issue 15) takes what ends there for an empty message.
 *
 * @throws {SseError} `BAD_COMMENT`, `EVENT_TOO_LARGE`
 */
export function encodeComment(comment: string, rules: FrameRules): Uint8Array {
  return encode({ comment }, rules).body.subarray(0, -1);
}

/** Puts the `id` line before a body: the whole frame, in one piece that ends in a blank line. */
export function frame(id: string, body: Uint8Array): Uint8Array {
  const head = line("id", id);
  const bytes = new Uint8Array(head.length + body.byteLength);
  encoder.encodeInto(head, bytes);
  bytes.set(body, head.length);
  return bytes;
}

/** Whether readers can bring a text back as it was. `""` counts: it resets the reader's last id. */
export function isId(text: unknown): text is string {
  return typeof text === "string" && text.length <= MAX_ID_BYTES && ID.test(text) && !text.startsWith("~");
}

function checkId(id: string): void {
  if (isId(id)) return;
  throw new SseError(
    "BAD_ID",
    `id must be a string of at most ${MAX_ID_BYTES} printable ASCII characters without spaces (0x21–0x7E) that does not begin with "~" (reserved), got ${shown(id)}.`,
    { value: id },
  );
}

function checkedName(event: string): string {
  if (typeof event !== "string" || CONTROL.test(event)) {
    throw new SseError(
      "BAD_EVENT_NAME",
      `event must be a string without control characters, got ${shown(event)}.`,
      {
        value: event,
      },
    );
  }
  if (event === "error" || event === "open") {
    throw new SseError(
      "BAD_EVENT_NAME",
      `event may not be "${event}": it would fire the browser's own on${event} handler. Choose another name.`,
      { value: event },
    );
  }
  return event;
}

function checkedRetry(retry: number): string {
  if (Number.isSafeInteger(retry) && retry >= 0) return `${retry}`;
  throw new SseError(
    "BAD_RETRY",
    `retry must be a non-negative integer of milliseconds, got ${shown(retry)}.`,
    {
      value: retry,
    },
  );
}

function checkedComment(comment: string): string {
  if (typeof comment === "string") return comment;
  throw new SseError("BAD_COMMENT", `comment must be a string, got ${shown(comment)}.`, { value: comment });
}

function checkedData(data: unknown, serialize: FrameRules["serialize"]): string {
  if (typeof data === "string") return data;
  if (data === undefined) {
    throw new SseError("BAD_DATA", "data is undefined. Leave the property out for an event without data.", {
      value: data,
    });
  }
  if (data instanceof Uint8Array || data instanceof ArrayBuffer) {
    throw new SseError(
      "BAD_DATA",
      "data is bytes, and an event stream carries text only. Decode it, or encode it as base64.",
      { value: data },
    );
  }
  let text: unknown;
  try {
    text = serialize(data);
  } catch (cause) {
    throw new SseError("BAD_DATA", `data (${shown(data)}) cannot be serialized.`, { value: data, cause });
  }
  if (typeof text === "string") return text;
  throw new SseError("BAD_DATA", `data (${shown(data)}) serializes to ${shown(text)}, not to a string.`, {
    value: data,
  });
}

/** One field that was checked to hold no line break. */
function line(field: string, value: string): string {
  return `${field}: ${value}\n`;
}

/** One line for each line of the text: CR, LF and CRLF are all line breaks to a reader. */
function lines(prefix: string, text: string): string {
  if (!text.includes("\n") && !text.includes("\r")) return `${prefix}${text}\n`;
  return `${prefix}${text.replace(BREAK, `\n${prefix}`)}\n`;
}
