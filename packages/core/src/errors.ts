/** Every way in which Longwave refuses or fails. The set is closed: a `switch` over it can be exhaustive. */
export type SseErrorCode =
  /** An event is not an object, or holds none of the five fields. */
  | "BAD_EVENT"
  /** `event` is not a string, holds a control character, or is reserved by browsers (`error`, `open`). */
  | "BAD_EVENT_NAME"
  /** `id` is not a string of at most 128 bytes in 0x21–0x7E, or begins with the reserved `~`. */
  | "BAD_ID"
  /** `retry` is not a non-negative safe integer of milliseconds. */
  | "BAD_RETRY"
  /** `comment` is not a string. */
  | "BAD_COMMENT"
  /** `data` cannot be written as text: bytes, `undefined`, BigInt, cyclic, or its serializer threw. */
  | "BAD_DATA"
  /** The event's frame is over `maxEventBytes`. */
  | "EVENT_TOO_LARGE"
  /** An `id` was given where the log gives the ids, or the other way round. */
  | "ID_CONFLICT"
  /** A topic is not a non-empty string of at most 512 characters, or there is none. */
  | "BAD_TOPIC"
  /** An option has a value that is not allowed. */
  | "BAD_OPTION"
  /** `pipe` was given something that is not a source of events. */
  | "BAD_SOURCE"
  /** The response had already begun when the stream was to open. */
  | "HEAD_SENT"
  /** The route's callback ended without opening the stream and without an answer of its own. */
  | "NOT_OPENED"
  /** A stream subscribes once, with all its topics. */
  | "ALREADY_SUBSCRIBED"
  /** The stream is closed. */
  | "CLOSED"
  /** The hub is closed. */
  | "HUB_CLOSED"
  /** The signal given to `ready` timed out. */
  | "TIMEOUT"
  /** The signal given to `ready` was aborted. */
  | "ABORTED"
  /** Something was published to a topic after its end. */
  | "TOPIC_FINISHED"
  /** A limit of the hub is reached (503: of all streams; 429: of one client, one topic). */
  | "LIMITED"
  /** The request's origin, host or referer is not allowed, or `admit` refused it (403). */
  | "FORBIDDEN"
  /** The log could not be read or written. */
  | "LOG_FAILED"
  /** Code of the application (a source, `onGap`) threw while a stream depended on it. */
  | "APPLICATION_FAILED"
  /** A transport's sink threw, which it must not. */
  | "SINK_FAILED";

/** What goes with an {@link SseError} besides its code and message. */
export interface SseErrorDetails {
  /** The value that was refused, as it was given. */
  readonly value?: unknown;
  /** What caused the error: an exception of the log, of a source, of a serializer. */
  readonly cause?: unknown;
  /**
   * The HTTP status that a framework's error handling should answer with.
   * @default 500
   */
  readonly status?: number;
  /** Headers that a framework's error handling should add to its answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * The one error class of Longwave. `status`, `expose` and `headers` follow the convention of
 * `http-errors`, so an error that reaches the framework is answered in its ordinary way.
 */
export class SseError extends Error {
  override readonly name = "SseError";
  readonly code: SseErrorCode;
  readonly value: unknown;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: SseErrorCode, message: string, details: SseErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.value = details.value;
    this.status = details.status ?? 500;
    this.headers = details.headers ?? {};
  }

  /** Whether the message may be shown to the reader: only that of a refusal (4xx), never that of a fault. */
  get expose(): boolean {
    return this.status < 500;
  }
}

/** What code of the application threw, as an error of ours. */
export function applicationFailed(cause: unknown): SseError {
  if (cause instanceof SseError) return cause;
  return new SseError("APPLICATION_FAILED", "Code of the application failed while a stream depended on it.", {
    cause,
  });
}

/** A short, safe rendering of any value for an error message: it never throws and never prints a long text whole. */
export function shown(value: unknown): string {
  if (typeof value === "string") {
    const text = JSON.stringify(value);
    return text.length > 80 ? `${text.slice(0, 80)}… (${value.length} characters)` : text;
  }
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "function") return "a function";
  if (value === null || typeof value !== "object") return String(value);
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  return Array.isArray(value) ? "an array" : tag === "Object" ? "an object" : `an object (${tag})`;
}
