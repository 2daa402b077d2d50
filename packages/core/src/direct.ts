import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { chunked } from "./chunked.ts";

/** How much goes out together with the head, as text: a checkpoint, a first small event. */
const FEW_BYTES = 1_024;

/** What `node:http` does not tell in its types, but keeps as it has since its first version. */
interface Sent {
  readonly chunkedEncoding?: boolean;
  /** What waits in the response for its turn on the connection. */
  readonly outputSize?: number;
  _headerSent?: boolean;
  _header?: unknown;
}

interface Serving {
  readonly _httpMessage?: unknown;
}

/**
 * Whether it is this response's turn on its connection; never on HTTP/2. The socket is asked: all sockets have one
 * shape, while frameworks give each response one of its own, and whatever is asked of that is a search.
 */
export function isServing(socket: Socket, response: object): boolean {
  return (socket as Serving)._httpMessage === response;
}

/**
 * Whether the body of a response whose head was made may be written to its request's socket past `node:http`, framed
 * by ourselves. That is decided by the head, not by who has wrapped the response's methods: a chunked body that nobody
 * encodes, on a plain socket that is this response's alone. Otherwise (HTTP/1.0, an encoding, TLS, a response queued
 * behind another on the same connection) the response's own `write` is used.
 */
export function isDirect(response: ServerResponse, socket: Socket): boolean {
  const sent = response as Sent;
  return (
    enabled &&
    isServing(socket, response) &&
    !("encrypted" in socket) &&
    sent.chunkedEncoding === true &&
    // What was written before has left the response, or ours would overtake it.
    sent.outputSize === 0 &&
    !response.hasHeader("content-encoding")
  );
}

/**
 * Sends a head that was made and not sent, and with it the first bytes of the body: few of them as one text, which costs
 * less than two writes that are joined. Writing it here spares the response some twenty questions. False when the head
 * is out, and those bytes are not.
 */
export function sendHead(response: ServerResponse, socket: Socket, first: Uint8Array | undefined): boolean {
  const sent = response as Sent;
  // The application may have written to it meanwhile.
  if (sent._headerSent === true) return false;
  // Its end is on the way: nothing would get out.
  if (!socket.writable) return true;
  const head = sent._header as string;
  sent._headerSent = true;
  sent._header = SENT;
  // Bytes as they are, each a character: so `node:http` sends a head that goes with bytes, too.
  if (first === undefined) socket.write(head, "latin1");
  else if (first.byteLength <= FEW_BYTES) socket.write(head + chunked(first).toString("latin1"), "latin1");
  else {
    socket.cork();
    socket.write(head, "latin1");
    socket.write(chunked(first));
    socket.uncork();
  }
  return true;
}

/** A sign that the head went: that is all that its text is kept for from then on. */
const SENT = "sent";

/**
 * Lets go of the text of a head that went out. `node:http` keeps it as long as the response: with the headers that
 * applications set today it is a good part of what an idle stream costs.
 */
export function forgetHead(response: ServerResponse): void {
  const sent = response as Sent;
  // `headersSent` is true as soon as the text is there.
  if (enabled && sent._headerSent === true && typeof sent._header === "string") sent._header = SENT;
}

/** For comparison and for tests: `LONGWAVE_DIRECT=off` has every body written through its response. */
const enabled: boolean = globalThis.process?.env?.["LONGWAVE_DIRECT"] !== "off";
