/** The readers of each topic, for servers that have no library to keep them. */
export class Audience<Reader> {
  readonly #topics = new Map<string, Set<Reader>>();
  readonly #none = new Set<Reader>();
  size = 0;

  add(reader: Reader, topics: readonly string[]): void {
    this.size++;
    for (const topic of topics) {
      const readers = this.#topics.get(topic);
      if (readers === undefined) this.#topics.set(topic, new Set([reader]));
      else readers.add(reader);
    }
  }

  delete(reader: Reader, topics: readonly string[]): void {
    this.size--;
    for (const topic of topics) {
      const readers = this.#topics.get(topic);
      readers?.delete(reader);
      if (readers?.size === 0) this.#topics.delete(topic);
    }
  }

  of(topic: string): Iterable<Reader> {
    return this.#topics.get(topic) ?? this.#none;
  }
}
