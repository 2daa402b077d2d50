import type { Tick } from "./strip.ts";
import type { Counts } from "./tally.ts";

/** What the page takes over a reload: the cursor, and the view that it was drawn up to. They belong together. */
export interface Kept {
  readonly cursor: string | undefined;
  readonly counts: Counts;
  readonly series: Readonly<Record<string, readonly (readonly (number | null)[])[]>>;
  readonly outages: readonly { readonly from: number; readonly to?: number | undefined }[];
  readonly ticks: readonly Tick[];
  readonly story: readonly (readonly [kind: string, time: number, text: string])[];
}

const KEY = "longwave-dashboard";

export function load(): Kept | undefined {
  try {
    const text = sessionStorage.getItem(KEY);
    return text === null ? undefined : (JSON.parse(text) as Kept);
  } catch {
    // Storage can be forbidden or full; then a reload is a first visit.
    return undefined;
  }
}

export function save(kept: Kept): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // As above.
  }
}
