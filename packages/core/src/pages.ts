import { type Batch, Joiner, MAX_BATCH_BYTES } from "./batch.ts";
import { framedBy, type GapReason, type Log, logFailed } from "./log.ts";
import { type Position, toCursor } from "./position.ts";

/** Entries read from the log for readers behind the tail's window, framed and joined. */
export interface Page {
  readonly batches: readonly Batch[];
  /** Up to where the page reaches; after a gap: from where the readers may go on. */
  readonly next: Position;
  readonly gap?: GapReason;
}

/** Reads the log for readers behind the window. Those that ask for the same at the same time share one read. */
export class Pages {
  readonly #log: Log;
  readonly #asked = new Map<string, Promise<Page>>();

  constructor(log: Log) {
    this.#log = log;
  }

  /** @throws {SseError} `LOG_FAILED` */
  after(at: Position, topics: ReadonlySet<string>, key: string, averageBytes: number): Promise<Page> {
    const place = `${toCursor(at)} ${key}`;
    const asked = this.#asked.get(place);
    if (asked !== undefined) return asked;
    // About one batch: a slow reader takes no more at a time, and what it cannot take it reads again later.
    const limit = Math.max(16, Math.min(1_024, Math.ceil(MAX_BATCH_BYTES / averageBytes)));
    const asking = this.#read(at, topics, limit).finally(() => this.#asked.delete(place));
    this.#asked.set(place, asking);
    return asking;
  }

  async #read(at: Position, topics: ReadonlySet<string>, limit: number): Promise<Page> {
    try {
      const { entries, next, gap } = await this.#log.after(at, topics, limit);
      if (gap !== undefined) return { batches: [], next, gap };
      const joiner = new Joiner();
      for (const entry of entries) joiner.add(framedBy(entry, next.epoch));
      return { batches: joiner.batches(), next };
    } catch (cause) {
      throw logFailed("The log cannot be read.", cause);
    }
  }
}
