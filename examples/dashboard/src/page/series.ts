/** Rows by time, in seconds, and no older than the window: what a chart draws. A row of nulls breaks its lines. */
export class Series {
  readonly times: number[];
  readonly columns: (number | null)[][];
  readonly #window: number;

  constructor(window: number, width: number, kept?: readonly (readonly (number | null)[])[]) {
    this.#window = window;
    const [times = [], ...columns] = kept ?? [];
    this.times = times.map((time) => time ?? 0);
    this.columns = Array.from({ length: width }, (_, at) => [...(columns[at] ?? times.map(() => null))]);
  }

  push(time: number, row: readonly (number | null)[]): void {
    const last = this.times.at(-1);
    if (last !== undefined && time <= last) return;
    this.times.push(time);
    this.columns.forEach((column, at) => {
      column.push(row[at] ?? null);
    });
    const old = this.times.findIndex((one) => one >= time - this.#window);
    if (old <= 0) return;
    for (const column of [this.times, ...this.columns]) column.splice(0, old);
  }

  break(): void {
    const last = this.times.at(-1);
    if (last !== undefined) this.push(last + 0.001, []);
  }

  get rows(): readonly (readonly (number | null)[])[] {
    return [this.times, ...this.columns];
  }
}
