import { connect, type Socket } from "node:net";
import { monotonicMicros } from "../event.ts";
import type { Tally } from "./tally.ts";

/** How a reader asks for its stream. */
export interface Ask {
  readonly port: number;
  readonly path: string;
  /** The loopback address to come from, so that many connections do not run out of ports. */
  readonly from: string | undefined;
  readonly protocol: "sse" | "ws";
  readonly lastEventId: string | undefined;
}

/** What was left of the last read, when an event was cut there, goes before the next: an event's numbers are shorter. */
const HEADROOM = 64;
const MARK = Buffer.from('{"n":');
const COMMA = 44;
const BRACE = 123;
/** Where the second number has ended, counted from the mark. */
const NUMBERS_END = 44;
// One buffer for the reads of all sockets: each is parsed before the next is read.
const scratch = Buffer.allocUnsafe(HEADROOM + 256 * 1024);
const room = scratch.subarray(HEADROOM);

/**
 * One connection. It looks for the marks of events in whatever comes, so chunked, plain and WebSocket framing cost it
 * the same, and reads the two numbers behind each mark: it is no parser of event streams, and must be cheap.
 */
export class Reader {
  /** Resolves when the head of a good answer came; rejects when there is none. */
  readonly opened: Promise<void>;
  /** Called with the first event's arrival, if set. */
  onevent: (() => void) | undefined;
  readonly #socket: Socket;
  #tally: Tally | undefined;
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #head: string | undefined = "";
  #carry: Buffer | undefined;
  #next = 0;
  #got = 0;

  constructor(ask: Ask, tally?: Tally) {
    this.#tally = tally;
    this.opened = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.#socket = connect({
      port: ask.port,
      host: "127.0.0.1",
      ...(ask.from === undefined ? {} : { localAddress: ask.from }),
      noDelay: true,
      onread: {
        buffer: room,
        callback: (size) => {
          this.#read(size);
          return true;
        },
      },
    });
    this.#socket.on("error", (error) => this.#settle?.reject(error));
    this.#socket.on("close", () => this.#settle?.reject(new Error("closed before its head")));
    this.#socket.write(requestOf(ask));
  }

  get gone(): boolean {
    return this.#socket.destroyed;
  }

  /** Begins a step: events are numbered from 0 again. */
  expect(tally: Tally): void {
    this.#tally = tally;
    this.#next = 0;
    this.#got = 0;
  }

  /** Reads no more, and does not leave. */
  pause(): void {
    this.#socket.pause();
  }

  /** Leaves; resolves when the connection is over here. */
  leave(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#socket.closed) resolve();
      else this.#socket.once("close", () => resolve());
      this.#socket.destroy();
    });
  }

  #read(size: number): void {
    const now = monotonicMicros();
    this.#tally?.read(size, now);
    let from = HEADROOM;
    const to = HEADROOM + size;
    if (this.#head !== undefined) {
      from = to - this.#afterHead(scratch.toString("latin1", HEADROOM, to));
    } else if (this.#carry !== undefined) {
      from = HEADROOM - this.#carry.length;
      this.#carry.copy(scratch, from);
      this.#carry = undefined;
    }
    if (from < to) this.#scan(from, to, now);
  }

  /** How many of the bytes read are behind the head. */
  #afterHead(text: string): number {
    const head = (this.#head ?? "") + text;
    const end = head.indexOf("\r\n\r\n");
    if (end === -1) {
      this.#head = head;
      return 0;
    }
    this.#head = undefined;
    const settle = this.#settle;
    this.#settle = undefined;
    if (/^HTTP\/1\.1 (200|101) /.test(head)) settle?.resolve();
    else settle?.reject(new Error(`answered ${head.slice(0, 60)}`));
    return head.length - end - 4;
  }

  #scan(from: number, to: number, now: number): void {
    const view = scratch.subarray(from, to);
    let at = 0;
    for (let mark = view.indexOf(MARK); mark !== -1; mark = view.indexOf(MARK, at)) {
      const comma = view.indexOf(COMMA, mark + MARK.length);
      const end = comma === -1 ? -1 : view.indexOf(COMMA, comma + 1);
      if (end !== -1) {
        this.#event(digits(view, mark + MARK.length, comma), digits(view, comma + 5, end), now);
        at = end;
      } else if (view.length - mark < NUMBERS_END) {
        // The numbers are cut: they are looked at again with what comes next.
        this.#carry = Buffer.from(view.subarray(mark));
        return;
      } else at = mark + MARK.length;
    }
    // The mark itself may be cut.
    const brace = view.lastIndexOf(BRACE);
    if (brace >= Math.max(at, view.length - MARK.length + 1)) this.#carry = Buffer.from(view.subarray(brace));
  }

  #event(n: number, made: number, now: number): void {
    this.onevent?.();
    const tally = this.#tally;
    if (tally === undefined) return;
    if (n < this.#next) tally.disorder++;
    else this.#next = n + 1;
    tally.event(made, now);
    if (++this.#got === tally.wanted) tally.completed();
  }
}

function digits(view: Buffer, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) value = value * 10 + (view[i] ?? 48) - 48;
  return value;
}

function requestOf({ path, protocol, lastEventId }: Ask): string {
  const lines = [`GET ${path} HTTP/1.1`, "host: localhost"];
  if (protocol === "ws") {
    lines.push("connection: Upgrade", "upgrade: websocket", "sec-websocket-version: 13");
    lines.push("sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==");
  } else lines.push("accept: text/event-stream", "cache-control: no-cache");
  if (lastEventId !== undefined) lines.push(`last-event-id: ${lastEventId}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
