let last: Uint8Array | undefined;
let framed: Buffer | undefined;

/**
 * Frames bytes as one chunk of a chunked HTTP/1.1 body. What was framed last is remembered by identity: when one
 * chunk goes to many responses in a row it is framed once for all of them.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-7.1
 */
export function chunked(bytes: Uint8Array): Buffer {
  if (bytes === last && framed !== undefined) return framed;
  const line = `${bytes.byteLength.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(line.length + bytes.byteLength + 2);
  chunk.write(line, "latin1");
  chunk.set(bytes, line.length);
  chunk[chunk.length - 2] = 13;
  chunk[chunk.length - 1] = 10;
  last = bytes;
  framed = chunk;
  return chunk;
}
