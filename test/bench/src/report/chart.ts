import { shown } from "./number.ts";
import type { Outcome } from "./report.ts";
import type { Row } from "./row.ts";

const WIDTH = 760;
const LABELS = 220;
const VALUES = 70;
const PLOT = WIDTH - LABELS - VALUES;
const BAR = 18;
const STEP = 28;
const TOP = 26;
/** Up to here a ratio and its bar are proportional. */
const LINEAR = 12;

/** Text that is safe between tags and in quotes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Bars of one scenario as ratios to the base; the band behind them is the noise, the whiskers are the spread. */
export function chart(outcome: Outcome): string {
  const rows = outcome.rows.filter(({ ratio }) => Number.isFinite(ratio.median));
  const x = scaleFor(rows);
  const height = TOP + rows.length * STEP + 8;
  const { low, high } = outcome.noise;
  const band = Math.max(Math.abs(1 - low), Math.abs(high - 1)) || 0;
  const left = x(1 - band);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(outcome.title)}: ratios">`,
    `<rect class="noise" x="${left}" y="${TOP - 6}" width="${Math.max(2, x(1 + band) - left)}" height="${height - TOP}"><title>noise of the limit against itself: ±${shown(band * 100)} %</title></rect>`,
    x.end > LINEAR ? `<text class="tick" x="${LABELS - 40}" y="12">logarithmic</text>` : "",
    ...ticksOf(x.end).map((tick) => grid(x(tick), tick, height)),
    ...rows.map((row, i) => bar(row, TOP + i * STEP, x)),
    "</svg>",
  ].join("");
}

/** From a ratio to a place; beyond `LINEAR` by its logarithm. */
interface Scale {
  (ratio: number): number;
  readonly end: number;
}

function scaleFor(rows: readonly Row[]): Scale {
  const end = Math.max(2, ...rows.map(({ ratio }) => Math.max(ratio.median, ratio.high))) * 1.05;
  const share = (ratio: number) => (end <= LINEAR ? ratio / end : Math.log1p(ratio) / Math.log1p(end));
  const at = (ratio: number) =>
    Math.round(10 * (LABELS + PLOT * share(Math.min(end, Math.max(0, ratio))))) / 10;
  return Object.assign(at, { end });
}

function ticksOf(end: number): number[] {
  const all =
    end > LINEAR ? [0, 1, 3, 10, 30, 100] : end > 6 ? [0, 1, 2, 4, 6, 8, 10] : [0, 1, 2, 3, 4, 5, 6];
  return all.filter((tick) => tick <= end);
}

function grid(x: number, tick: number, height: number): string {
  const kind = tick === 1 ? "one" : "grid";
  return `<line class="${kind}" x1="${x}" y1="${TOP - 6}" x2="${x}" y2="${height - 6}"/><text class="tick" x="${x}" y="12">${tick}×</text>`;
}

function bar({ title, kind, ratio, verdicts }: Row, y: number, x: Scale): string {
  const middle = y + BAR / 2;
  const missed = verdicts.some(({ met }) => !met);
  const parts = [
    `<text class="name ${kind}" x="${LABELS - 12}" y="${middle + 4}">${escaped(title)}</text>`,
    `<rect class="bar ${kind}" x="${x(0)}" y="${y}" width="${Math.max(1, x(ratio.median) - x(0))}" height="${BAR}" rx="3"><title>${shown(ratio.median)}× (${shown(ratio.low)}–${shown(ratio.high)})</title></rect>`,
    `<text class="value" x="${x(Math.max(ratio.median, ratio.high)) + 8}" y="${middle + 4}">${shown(ratio.median)}×${missed ? ' <tspan class="missed">missed</tspan>' : ""}</text>`,
  ];
  if (ratio.high > ratio.low) {
    const [a, b] = [x(ratio.low), x(ratio.high)];
    parts.push(`<path class="whisker" d="M${a} ${middle}H${b}M${a} ${middle - 4}v8M${b} ${middle - 4}v8"/>`);
  }
  return parts.join("");
}
