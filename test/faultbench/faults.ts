/** What must not happen, counted by kind, with the first examples of each in words. */
export class Faults {
  readonly counts: Record<string, number> = {};
  readonly examples: string[] = [];

  add(kind: string, example: string): void {
    const count = (this.counts[kind] ?? 0) + 1;
    this.counts[kind] = count;
    if (count <= 3) this.examples.push(`${kind}: ${example}`);
  }
}
