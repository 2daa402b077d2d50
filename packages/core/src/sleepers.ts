import type { Reader } from "./fan-out.ts";

/** Readers that wait to be woken: all at once, and each once. */
export class Sleepers {
  readonly #readers = new Set<Reader>();

  add(reader: Reader): void {
    this.#readers.add(reader);
  }

  delete(reader: Reader): void {
    this.#readers.delete(reader);
  }

  wake(): void {
    if (this.#readers.size === 0) return;
    const woken = [...this.#readers];
    this.#readers.clear();
    for (const reader of woken) reader.wake();
  }
}
