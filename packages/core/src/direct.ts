import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { chunked } from "./chunked.ts";

/** How much goes out together with the head, as text: a checkpoint, a first small event. */
const FEW_BYTES = 1_024;

/** What `node:http` does not tell in its types, but keeps as it has since its first version. */
interface Sent {
  readonly chunkedEncoding?: boolean;
  readonly _headerSent?: boolean;
  _header?: unknown;
}

/**
 * Whether the body of a response whose head was made may be written to its request's socket past `node:http`, framed
 * by ourselves. That is decided by the head, not by who has wrapped the response's methods: a chunked body that nobody
 * encodes, on a plain socket that is this response's alone. Otherwise (HTTP/1.0, an encoding, TLS, a response queued
 * behind another on the same connection) the response's own `write` is used.
 */
export function isDirect(response: ServerResponse, socket: Socket): boolean {
  return (
    enabled &&
    (response as Sent).chunkedEncoding === true &&
    response.socket === socket &&
    !("encrypted" in socket) &&
    !response.hasHeader("content-encoding") &&
    // What was written before has left the response, or ours would overtake it.
    response.writableLength === socket.writableLength
  );
}

/**
 * Sends a head that was made and not sent, and with it the first bytes of the body, if those are few: one write of one
 * text costs much less than two that are joined. False when those bytes are yet to be written.
 */
export function sendHead(response: ServerResponse, first: Uint8Array | undefined): boolean {
  const sent = response as Sent;
  // The application may have written to it meanwhile.
  if (sent._headerSent === true) return false;
  const head = sent._header;
  const joined = first !== undefined && first.byteLength <= FEW_BYTES && typeof head === "string";
  if (joined) sent._header = head + chunked(first).toString();
  response.flushHeaders();
  forgetHead(response);
  return joined;
}

/**
 * Lets go of the text of a head that went out. `node:http` keeps it as long as the response, and from then on only as
 * a sign that it went: with the headers that applications set today it is a good part of what an idle stream costs.
 */
export function forgetHead(response: ServerResponse): void {
  const sent = response as Sent;
  // `headersSent` is true as soon as the text is there.
  if (enabled && sent._headerSent === true && typeof sent._header === "string") sent._header = "sent";
}

/** For comparison and for tests: `LONGWAVE_DIRECT=off` has every body written through its response. */
const enabled: boolean = globalThis.process?.env?.["LONGWAVE_DIRECT"] !== "off";
