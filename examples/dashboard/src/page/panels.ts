import type { DashboardEvents } from "../events.ts";
import { Chart, type Line } from "./chart.ts";
import { bytes, count, milliseconds, percent } from "./format.ts";
import type { Kept } from "./kept.ts";
import type { Outages } from "./outages.ts";
import type { Reading, Topic } from "./reader.ts";
import { Series } from "./series.ts";

/** How much time the charts show, in seconds. */
const WINDOW = 120;
const GIB = 2 ** 30;

type Drawn = Exclude<Topic, "request">;
type Row<Name extends Drawn> = (data: DashboardEvents[Name]) => readonly number[];

const ROWS: { readonly [Name in Drawn]: Row<Name> } = {
  cpu: ({ total, cores }) => [total, ...cores],
  memory: ({ used, process }) => [used / GIB, process / GIB],
  loop: ({ p99, median }) => [p99, median],
  hub: ({ rate, streams }) => [rate, streams],
};

/** The charts, and what they draw. Those of the cores wait for the first reading, which says how many there are. */
export class Panels {
  readonly #outages: Outages;
  readonly #kept: Kept["series"];
  readonly #series = new Map<Drawn, Series>();
  readonly #charts = new Map<Drawn, Chart>();
  #memory = 1;

  constructor(outages: Outages, kept: Kept["series"] = {}) {
    this.#outages = outages;
    this.#kept = kept;
  }

  take(reading: Reading): void {
    if (reading.topic === "request") return;
    const { topic, data } = reading;
    if (topic === "memory") this.#memory = data.total / GIB;
    const row = (ROWS[topic] as (data: Reading["data"]) => readonly number[])(data);
    let series = this.#series.get(topic);
    if (series === undefined) {
      series = new Series(WINDOW, row.length, this.#kept[topic]);
      this.#series.set(topic, series);
    }
    series.push(data.time / 1_000, row);
  }

  /** Breaks the lines where something is missing. */
  break(): void {
    for (const series of this.#series.values()) series.break();
  }

  draw(now: number): void {
    for (const [topic, series] of this.#series) {
      if (!this.#charts.has(topic)) this.#charts.set(topic, this.#chart(topic, series));
      this.#charts.get(topic)?.draw(now);
    }
  }

  get kept(): Kept["series"] {
    return {
      ...this.#kept,
      ...Object.fromEntries([...this.#series].map(([topic, { rows }]) => [topic, rows])),
    };
  }

  #chart(topic: Drawn, series: Series): Chart {
    const panel = document.getElementById(topic);
    const element = panel?.querySelector<HTMLElement>(".chart");
    if (panel === null || element === null || element === undefined) throw new Error(`There is no #${topic}`);
    const readout = [...panel.querySelectorAll<HTMLElement>("[data-value]")];
    const common = { element, readout, series, outages: this.#outages, window: WINDOW };
    const cores = series.columns.slice(1).map((): Line => ({ color: "cpu", faint: true }));
    switch (topic) {
      case "cpu":
        return new Chart({
          ...common,
          lines: [{ color: "cpu", fill: true }, ...cores],
          top: () => 100,
          format: percent,
        });
      case "memory":
        return new Chart({
          ...common,
          lines: [{ color: "memory", fill: true }, { color: "memory-2" }],
          // Up to what the machine has, but never so that a small load lies flat on the ground.
          top: (max) => Math.min(this.#memory, max * 1.6 || 1),
          format: (value) => bytes(value * GIB),
          unit: "GiB",
        });
      case "loop":
        return new Chart({
          ...common,
          lines: [{ color: "loop", fill: true }, { color: "loop-2" }],
          top: (max) => Math.max(5, max * 1.15),
          format: milliseconds,
        });
      case "hub":
        return new Chart({
          ...common,
          lines: [{ color: "hub", fill: true }, { color: "hub-2" }],
          top: (max) => Math.max(4, max * 1.25),
          format: (value) => count(Math.round(value * 10) / 10),
        });
    }
  }
}
