/** Which topics are finished, and where: bounded, the oldest end forgotten first. */
export class Ends {
  readonly #offsets = new Map<string, number>();
  readonly #max: number;

  constructor(max: number, known: ReadonlyMap<string, number> = new Map()) {
    this.#max = max;
    for (const [topic, offset] of known) this.add(topic, offset);
  }

  get offsets(): ReadonlyMap<string, number> {
    return this.#offsets;
  }

  has(topic: string): boolean {
    return this.#offsets.has(topic);
  }

  add(topic: string, offset: number): void {
    this.#offsets.set(topic, offset);
    for (const oldest of this.#offsets.keys()) {
      if (this.#offsets.size <= this.#max) return;
      this.delete(oldest);
    }
  }

  delete(topic: string): void {
    this.#offsets.delete(topic);
  }

  /** The offset of the last entry of all the topics together; `undefined` while one of them goes on. */
  ofAll(topics: Iterable<string>): number | undefined {
    let last = 0;
    for (const topic of topics) {
      const offset = this.#offsets.get(topic);
      if (offset === undefined) return undefined;
      last = Math.max(last, offset);
    }
    return last;
  }
}
