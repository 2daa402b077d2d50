/** Bytes, and what they were framed as. */
interface Framing {
  readonly bytes: Uint8Array | undefined;
  readonly chunk: Buffer;
}

// Readers that resume together go through several batches, each at its own pace: so two are remembered.
let last: Framing = { bytes: undefined, chunk: Buffer.alloc(0) };
let before: Framing = last;

/**
 * Frames bytes as one chunk of a chunked HTTP/1.1 body. What was framed last is remembered by identity: bytes that go
 * to many responses in a row are framed once for all of them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export function chunked(bytes: Uint8Array): Buffer {
  if (last.bytes === bytes) return last.chunk;
  if (before.bytes === bytes) return before.chunk;
  const line = `${bytes.byteLength.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(line.length + bytes.byteLength + 2);
  chunk.write(line, "latin1");
  chunk.set(bytes, line.length);
  chunk[chunk.length - 2] = 13;
  chunk[chunk.length - 1] = 10;
  before = last;
  last = { bytes, chunk };
  return chunk;
}
