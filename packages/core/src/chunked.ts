/** How many chunks are remembered: readers that resume together go through several batches, each at its own pace. */
const REMEMBERED = 2;

const bytesOf: (Uint8Array | undefined)[] = new Array<undefined>(REMEMBERED).fill(undefined);
const chunkOf: (Buffer | undefined)[] = new Array<undefined>(REMEMBERED).fill(undefined);
let next = 0;

/**
 * Frames bytes as one chunk of a chunked HTTP/1.1 body. What was framed last is remembered by identity: bytes that go
 * to many responses in a row are framed once for all of them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export function chunked(bytes: Uint8Array): Buffer {
  const known = chunkOf[bytesOf.indexOf(bytes)];
  if (known !== undefined) return known;
  const line = `${bytes.byteLength.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(line.length + bytes.byteLength + 2);
  chunk.write(line, "latin1");
  chunk.set(bytes, line.length);
  chunk[chunk.length - 2] = 13;
  chunk[chunk.length - 1] = 10;
  bytesOf[next] = bytes;
  chunkOf[next] = chunk;
  next = (next + 1) % REMEMBERED;
  return chunk;
}
