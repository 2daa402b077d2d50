import { Watch } from "../../conformance/client/within.ts";
import type { Stage } from "../stage.ts";
import type { Client } from "./client.ts";

/** One answer: what its source is given, and what its reader has of it. */
export class Answer {
  readonly stage: Stage;
  readonly pieces: string[] = [];
  readonly #client: Client;
  readonly #abort = new AbortController();
  readonly #watch = new Watch();

  constructor(stage: Stage, client: Client) {
    this.stage = stage;
    this.#client = client;
  }

  /** Reads to the end; resolves with how that was: it ended, or threw. */
  async ask(): Promise<string> {
    try {
      for await (const piece of this.#client.read(this.stage.origin, this.#abort.signal)) {
        this.pieces.push(piece);
        this.#watch.changed();
      }
      return "ended";
    } catch (error) {
      return `threw: ${error instanceof Error ? error.message : JSON.stringify(error)}`;
    }
  }

  begin(): void {
    for (const event of this.#client.protocol.begin) this.stage.feed.push(event);
  }

  piece(text: string): void {
    this.stage.feed.push(this.#client.protocol.piece(text));
  }

  error(text: string): void {
    this.stage.feed.push(this.#client.protocol.error(text));
  }

  end(): void {
    for (const event of this.#client.protocol.end) this.stage.feed.push(event);
    this.stage.feed.end();
  }

  /** The source throws. */
  fail(): void {
    this.stage.feed.fail();
  }

  /** The reader goes away. */
  abort(): void {
    this.#abort.abort();
  }

  /** Resolves when a piece has come. */
  async came(piece: string): Promise<void> {
    await this.#watch.until(
      () => (this.pieces.includes(piece) ? true : undefined),
      () => `${piece} after ${this.pieces.join("")}`,
    );
  }

  /** Resolves when the source has ended so. */
  async sourceEnded(how: string): Promise<void> {
    await this.stage.fedUntil(how);
  }
}
