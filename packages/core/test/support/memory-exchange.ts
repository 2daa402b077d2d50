import { SseError } from "../../src/errors.ts";
import type { Exchange } from "../../src/exchange.ts";
import type { Head } from "../../src/head.ts";
import { MemorySink } from "./memory-sink.ts";

export interface MemoryRequest {
  readonly method?: string;
  readonly url?: string;
  readonly address?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the reader's sink takes before it is full. */
  readonly room?: number;
  /** The reader's `Last-Event-ID`. */
  readonly lastEventId?: string | undefined;
}

/** A request that the test makes up, and what became of it. */
export class MemoryExchange implements Exchange {
  readonly method: string;
  readonly url: string;
  readonly address: string | undefined;
  /** What was sent of a head, by `open` or `answer`. */
  head: Head | undefined;
  opened: MemorySink | undefined;
  answered = false;
  /** The body of an answer without a stream. */
  body: Uint8Array | undefined;
  failed: SseError | undefined;
  /** Whether somebody has answered already. */
  headSent = false;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #room: number | undefined;

  constructor(request: MemoryRequest = {}) {
    this.method = request.method ?? "GET";
    this.url = request.url ?? "/";
    this.address = request.address;
    this.#room = request.room;
    const { lastEventId } = request;
    this.#headers = {
      ...request.headers,
      ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
    };
  }

  header(name: string): string | undefined {
    return this.#headers[name];
  }

  open(head: Head): MemorySink {
    this.#use(head);
    this.opened = new MemorySink(this.#room);
    return this.opened;
  }

  answer(head: Head, body?: Uint8Array): void {
    this.#use(head);
    this.answered = true;
    this.body = body;
  }

  fail(error: SseError): void {
    this.failed = error;
  }

  /** The sink of the stream, which must have opened. */
  get sink(): MemorySink {
    if (this.opened === undefined) throw new Error("The stream has not opened.");
    return this.opened;
  }

  #use(head: Head): void {
    if (this.headSent) throw new SseError("HEAD_SENT", "The response has already begun.");
    this.headSent = true;
    this.head = head;
  }
}
