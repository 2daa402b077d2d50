/** A place in the server's order of events, as `lastEventId` brings it: `<epoch>.<offset>`. */
export interface Cursor {
  readonly epoch: string;
  readonly offset: number;
}

/** Readers need not look into a cursor. This one does, to prove that nothing is missing: offsets are dense. */
export function parseCursor(text: string): Cursor {
  const dot = text.lastIndexOf(".");
  return { epoch: text.slice(0, dot), offset: Number(text.slice(dot + 1)) };
}
