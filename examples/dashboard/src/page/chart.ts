import uPlot from "uplot";
import { clockOf } from "./format.ts";
import type { Outages } from "./outages.ts";
import type { Series } from "./series.ts";
import { color } from "./theme.ts";

export interface Line {
  readonly color: string;
  /** Drawn thin and faint, below the others, and without a value of its own in the legend. */
  readonly faint?: boolean;
  readonly fill?: boolean;
  readonly label?: string;
}

export interface Plan {
  readonly element: HTMLElement;
  readonly lines: readonly Line[];
  readonly series: Series;
  readonly outages: Outages;
  readonly window: number;
  /** The top of the scale, from the greatest value in sight. */
  readonly top: (max: number) => number;
  readonly format: (value: number) => string;
  /** What stands at the axis behind a bare number, where that is not what `format` gives. */
  readonly unit?: string;
  /** Where the newest values stand, or those under the pointer. */
  readonly readout: readonly HTMLElement[];
}

const HEIGHT = 168;
const FONT = '11px ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

/** One chart, which follows the time, its container's width and the color scheme. */
export class Chart {
  readonly #plan: Plan;
  readonly #plot: uPlot;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#plot = new uPlot(this.#options(), this.#data(), plan.element);
    new ResizeObserver(() => this.#resize()).observe(plan.element);
  }

  /** Draws all there is, up to `now` in seconds. */
  draw(now: number): void {
    this.#plot.batch(() => {
      this.#plot.setData(this.#data(), false);
      this.#plot.setScale("x", { min: now - this.#plan.window, max: now });
    });
    this.#read();
  }

  #data(): uPlot.AlignedData {
    const { times, columns } = this.#plan.series;
    return [times, ...columns];
  }

  #resize(): void {
    const width = this.#plan.element.clientWidth;
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  /** Writes the values under the pointer, else the newest, where people and screen readers find them. */
  #read(): void {
    const { lines, series, readout, format } = this.#plan;
    const at = this.#plot.cursor.idx ?? series.times.length - 1;
    let place = 0;
    lines.forEach(({ faint }, line) => {
      if (faint === true) return;
      const value = series.columns[line]?.[at];
      const element = readout[place++];
      const text = value === null || value === undefined ? "–" : format(value);
      if (element !== undefined && element.textContent !== text) element.textContent = text;
    });
  }

  #options(): uPlot.Options {
    const { element, lines, top, format, unit, window } = this.#plan;
    const now = Date.now() / 1_000;
    const axis: uPlot.Axis = {
      stroke: () => color("ink-3"),
      font: FONT,
      grid: { stroke: () => color("grid"), width: 1 },
      ticks: { show: false },
    };
    return {
      width: Math.max(element.clientWidth, 200),
      height: HEIGHT,
      padding: [8, 4, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "time" }, drag: { x: false, y: false }, points: { size: 7 }, y: false },
      scales: {
        x: { time: false, auto: false, min: now - window, max: now },
        y: { range: (_plot, _min, max) => [0, top(max ?? 0)] },
      },
      axes: [
        {
          ...axis,
          size: 24,
          space: 76,
          incrs: [10, 15, 30, 60],
          // None at the right end, where half of it would be cut off.
          values: (plot, splits) =>
            splits.map((time) =>
              plot.valToPos(time, "x") > plot.over.clientWidth - 26 ? "" : clockOf(time * 1_000),
            ),
        },
        {
          ...axis,
          size: 54,
          space: 36,
          values: (_plot, splits) =>
            splits.map(unit === undefined ? format : (value) => `${Number(value.toFixed(2))} ${unit}`),
        },
      ],
      series: [{}, ...lines.map((line) => seriesOf(line))],
      hooks: { drawClear: [(plot) => this.#shade(plot)], setCursor: [() => this.#read()] },
    };
  }

  /** Shades the times without a connection; what was resumed is drawn over it. */
  #shade(plot: uPlot): void {
    const { ctx, bbox, scales } = plot;
    const [min = 0, max = 0] = [scales["x"]?.min, scales["x"]?.max];
    ctx.save();
    ctx.fillStyle = color("outage");
    for (const { from, to } of this.#plan.outages.list) {
      const left = plot.valToPos(Math.max(from, min), "x", true);
      const right = plot.valToPos(Math.min(to ?? max, max), "x", true);
      if (right > left) ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.restore();
  }
}

function seriesOf({ color: name, faint, fill, label }: Line): uPlot.Series {
  const series: uPlot.Series = {
    label: label ?? "",
    stroke: () => color(name),
    width: faint === true ? 1 : 1.75,
    alpha: faint === true ? 0.35 : 1,
    points: { show: false },
  };
  if (fill === true) series.fill = (plot) => shadeBelow(plot, color(name));
  return series;
}

function shadeBelow({ ctx, bbox }: uPlot, from: string): CanvasGradient | string {
  // Before the first layout there is no box to fill.
  if (!Number.isFinite(bbox.top + bbox.height)) return "transparent";
  const gradient = ctx.createLinearGradient(0, bbox.top, 0, bbox.top + bbox.height);
  gradient.addColorStop(0, `${from}40`);
  gradient.addColorStop(1, `${from}05`);
  return gradient;
}
