const encoder = new TextEncoder();

const SLAB_BYTES = 4_096;
let slab = new Uint8Array(0);
let used = 0;

/**
 * The bytes of a text. Those of short texts lie side by side in one buffer, since a buffer of its own costs more than
 * all else that is done for a small event: who keeps them for longer copies them, or would keep the neighbors too.
 */
export function utf8(text: string): Uint8Array {
  const most = text.length * 3;
  if (most > SLAB_BYTES / 4) return encoder.encode(text);
  if (slab.byteLength - used < most) {
    slab = new Uint8Array(SLAB_BYTES);
    used = 0;
  }
  const { written } = encoder.encodeInto(text, slab.subarray(used));
  const bytes = slab.subarray(used, used + written);
  used += written;
  return bytes;
}
