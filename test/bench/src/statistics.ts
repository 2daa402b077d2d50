/** The value in the middle; of an even number, the mean of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Half of all values lie between these: one odd round does not widen it. */
export function spread(values: readonly number[]): readonly [low: number, high: number] {
  return [quantile(values, 0.25), quantile(values, 0.75)];
}

/** Between two values it is interpolated. Of none it is NaN. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** What a figure is to be: at most, or at least. */
export interface Bound {
  readonly most?: number;
  readonly least?: number;
}

/** A target is met when the median is within it, or the spread reaches into it. */
export function isMet(values: readonly number[], { most = Infinity, least = -Infinity }: Bound): boolean {
  const middle = median(values);
  const [low, high] = spread(values);
  return Math.min(middle, low) <= most && Math.max(middle, high) >= least;
}
