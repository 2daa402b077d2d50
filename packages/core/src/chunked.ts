const DIGITS = "0123456789abcdef";
const CR = 13;
const LF = 10;

/** Bytes, and what they were framed as. */
interface Framing {
  readonly bytes: Uint8Array | undefined;
  readonly chunk: Buffer;
}

// Readers that resume together go through several batches, each at its own pace: so a few are remembered.
const REMEMBERED = 3;
let last: Framing = { bytes: undefined, chunk: Buffer.alloc(0) };
const recent: Framing[] = new Array<Framing>(REMEMBERED).fill(last);
let next = 0;

/**
 * Frames bytes as one chunk of a chunked HTTP/1.1 body. What was framed last is remembered by identity: bytes that go
 * to many responses in a row are framed once for all of them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export function chunked(bytes: Uint8Array): Buffer {
  if (last.bytes === bytes) return last.chunk;
  for (const framing of recent) if (framing.bytes === bytes) return framing.chunk;
  last = { bytes, chunk: framed(bytes) };
  recent[next] = last;
  next = (next + 1) % REMEMBERED;
  return last.chunk;
}

// Digit by digit, since this is done anew for every event that goes to one reader alone.
function framed(bytes: Uint8Array): Buffer {
  const { byteLength } = bytes;
  const digits = byteLength === 0 ? 1 : Math.ceil((32 - Math.clz32(byteLength)) / 4);
  const chunk = Buffer.allocUnsafe(digits + byteLength + 4);
  for (let at = digits - 1, rest = byteLength; at >= 0; at--, rest >>>= 4)
    chunk[at] = DIGITS.charCodeAt(rest & 15);
  chunk[digits] = CR;
  chunk[digits + 1] = LF;
  chunk.set(bytes, digits + 2);
  chunk[digits + byteLength + 2] = CR;
  chunk[digits + byteLength + 3] = LF;
  return chunk;
}
