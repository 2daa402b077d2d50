/** For each key of each topic, the offset of its newest entry: older ones need not reach a reader that lags. */
export class Latest {
  readonly #topics = new Map<string, Map<string, number>>();

  /** Of how many topics it knows a key. */
  get size(): number {
    return this.#topics.size;
  }

  add({ topic, key, offset }: Keyed): void {
    if (key === undefined) return;
    let keys = this.#topics.get(topic);
    if (keys === undefined) {
      keys = new Map();
      this.#topics.set(topic, keys);
    }
    keys.set(key, offset);
  }

  /** Forgets an entry that is gone. */
  delete({ topic, key, offset }: Keyed): void {
    if (key === undefined) return;
    const keys = this.#topics.get(topic);
    if (keys === undefined || keys.get(key) !== offset) return;
    keys.delete(key);
    if (keys.size === 0) this.#topics.delete(topic);
  }

  /** Whether a newer entry, not beyond `head`, stands for this one. */
  replaces({ topic, key, offset }: Keyed, head: number): boolean {
    if (key === undefined) return false;
    const latest = this.#topics.get(topic)?.get(key) ?? offset;
    return latest > offset && latest <= head;
  }
}

interface Keyed {
  readonly topic: string;
  readonly key?: string;
  readonly offset: number;
}
