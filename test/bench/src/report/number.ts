/** Three digits that count; a dash where there is none. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1_000) return Math.round(value).toLocaleString("en");
  // -0 comes of rounding.
  return String(Number(value.toPrecision(3)) + 0);
}
