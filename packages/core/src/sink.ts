/**
 * Where an opened stream writes its bytes. A transport makes one when nothing can hold the head back any more, so a sink
 * is never half open; the head itself may go out with the first write, at the end of the tick at the latest.
 */
export interface Sink {
  /**
   * Writes a chunk, all of it or, after the end, none. Returns false when the reader has not taken what it was given
   * before, or is gone and that is yet to be told: then nothing more SHOULD be written until `ready` settles. MUST NOT
   * throw, MUST NOT change the chunk (it is shared between readers), and MUST flush a compressor that stands in between.
   */
  write(chunk: Uint8Array): boolean;
  /** Whether it writes to a socket of its own. To ask brings into the cache what `write` needs. */
  readonly near?: boolean;
  /** Room again, or over. MUST settle, and MUST NOT reject. */
  ready(): Promise<void>;
  /**
   * Ends politely: what was written still goes out. With `now`, cuts at once, and unsent bytes are dropped.
   * Idempotent; a cut after a polite end still cuts.
   */
  close(now?: boolean): void;
  /** Who is to be told of the end. Set when the sink was opened: an object that is there anyway, not a closure. */
  owner: SinkOwner | undefined;
}

/** Who writes to a sink. */
export interface SinkOwner {
  /** Called once, whoever ended it, and after every byte went out or was dropped. Clean: every byte went out. */
  onclose(clean: boolean): void;
  /** Called within a write: from that one on, another sink is the stream's, and this one is not asked any more. */
  onhandover(sink: Sink): void;
}
