import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** What `node:http` does not tell in its types, but keeps as it has since its first version. */
interface Sent {
  readonly chunkedEncoding?: boolean;
  readonly _headerSent?: boolean;
  _header?: unknown;
}

/**
 * The socket of a response, if its body may be written there past `node:http`, framed by ourselves. That is decided by
 * what went out, not by who has wrapped the response's methods: a chunked body that nobody encodes, on a plain socket
 * that is this response's alone. Otherwise (HTTP/1.0, an encoding, TLS, a response queued behind another on the same
 * connection) `undefined`, and the response's own `write` is used.
 */
export function directSocket(response: ServerResponse): Socket | undefined {
  const { socket, req } = response;
  const ours =
    enabled &&
    (response as Sent).chunkedEncoding === true &&
    socket !== null &&
    socket === req.socket &&
    !("encrypted" in socket) &&
    !response.hasHeader("content-encoding") &&
    // What was written before has left the response, or ours would overtake it.
    response.writableLength === socket.writableLength;
  return ours ? socket : undefined;
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
