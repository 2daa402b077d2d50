/** What every server sends. The loader looks for `{"n":` and reads the two numbers; the rest is bulk. */
export interface BenchEvent {
  /** Its number among those of its reader in this step: 0, 1, 2 … */
  readonly n: number;
  /** When it was made, in microseconds of the monotonic clock; comparable between Node processes of one machine. */
  readonly t: number;
  readonly p: string;
}

/** What an event takes besides its bulk, about: so that `bytes` is about the size of the data. */
const OVERHEAD = 40;

let bulk = "";

export function eventOf(n: number, bytes: number): BenchEvent {
  const size = Math.max(0, bytes - OVERHEAD);
  if (bulk.length !== size) bulk = "x".repeat(size);
  return { n, t: monotonicMicros(), p: bulk };
}

export function monotonicMicros(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e6 + Math.trunc(nanos / 1e3);
}

/** An event as servers without a library write it. */
export function frameOf(event: BenchEvent): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}
