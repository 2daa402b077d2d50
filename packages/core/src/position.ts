import { MAX_ID_BYTES } from "./frame.ts";

/**
 * A place in one order of entries. `offset` is the offset of the last entry already had, so the reader's next one is
 * beyond it; offset 0 is before the first. Offsets compare only within one `epoch`: a log that lost its history
 * (a restart of the memory log, a failover that dropped a tail) begins a new one.
 */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

const EPOCH = /^[A-Za-z0-9_~-]{1,64}$/;
const OFFSET = /^(?:0|[1-9][0-9]{0,15})$/;

/** A position on the wire, `<epoch>.<offset>`: what goes out as `id:` and comes back as `Last-Event-ID`. */
export function toCursor(position: Position): string {
  return `${position.epoch}.${position.offset}`;
}

/** The position that a cursor names, or `undefined` for a text that no log has given out. */
export function fromCursor(cursor: string): Position | undefined {
  if (cursor.length > MAX_ID_BYTES) return undefined;
  const dot = cursor.indexOf(".");
  const epoch = cursor.slice(0, Math.max(dot, 0));
  const digits = cursor.slice(dot + 1);
  const offset = Number(digits);
  if (!EPOCH.test(epoch) || !OFFSET.test(digits) || !Number.isSafeInteger(offset)) return undefined;
  return { epoch, offset };
}

/** Whether a text may stand before the dot of a cursor. */
export function isEpoch(text: unknown): text is string {
  return typeof text === "string" && EPOCH.test(text);
}

/** A new epoch: 60 random bits in 12 characters. Not a secret; only unlike any other. */
export function newEpoch(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => (byte % 32).toString(32)).join("");
}
