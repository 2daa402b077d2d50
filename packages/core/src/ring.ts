/** A queue on a circular array: `push`, `shift` and `at` in constant time, and no holes left behind. */
export class Ring<T> {
  #slots: (T | undefined)[] = new Array<T | undefined>(8).fill(undefined);
  #start = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    if (this.#length === this.#slots.length) this.#grow();
    this.#slots[(this.#start + this.#length) & (this.#slots.length - 1)] = item;
    this.#length++;
  }

  shift(): T | undefined {
    if (this.#length === 0) return undefined;
    const item = this.#slots[this.#start];
    this.#slots[this.#start] = undefined;
    this.#start = (this.#start + 1) & (this.#slots.length - 1);
    this.#length--;
    return item;
  }

  /** The item at `index`, counted from the front. */
  at(index: number): T | undefined {
    if (index < 0 || index >= this.#length) return undefined;
    return this.#slots[(this.#start + index) & (this.#slots.length - 1)];
  }

  clear(): void {
    this.#slots = new Array<T | undefined>(8).fill(undefined);
    this.#start = 0;
    this.#length = 0;
  }

  #grow(): void {
    const old = this.#slots;
    const mask = old.length - 1;
    this.#slots = new Array<T | undefined>(old.length * 2).fill(undefined);
    for (let i = 0; i < this.#length; i++) this.#slots[i] = old[(this.#start + i) & mask];
    this.#start = 0;
  }
}
