/** Steps within each doubling: values are told to about 2 %. */
const STEPS = 32;
const DOUBLINGS = 40;

/** Counts of values over many sizes, without keeping the values. */
export class Histogram {
  readonly #counts = new Uint32Array(STEPS * DOUBLINGS);
  #total = 0;

  add(value: number): void {
    const slot = value < 1 ? 0 : Math.trunc(Math.log2(value) * STEPS);
    const last = this.#counts.length - 1;
    this.#counts[Math.min(slot, last)] = (this.#counts[Math.min(slot, last)] ?? 0) + 1;
    this.#total++;
  }

  /** The value that the given share of all values does not exceed. */
  quantile(share: number): number | undefined {
    if (this.#total === 0) return undefined;
    let left = share * this.#total;
    for (let slot = 0; slot < this.#counts.length; slot++) {
      left -= this.#counts[slot] ?? 0;
      if (left <= 0) return 2 ** ((slot + 0.5) / STEPS);
    }
    return undefined;
  }
}
