import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { DashboardEvents } from "./events.ts";

/** How often the delay is sampled, in milliseconds. */
const RESOLUTION = 10;

/** How late timers fire: what a request has to wait before this process looks at it. */
export class Loop {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor() {
    this.#histogram.enable();
  }

  read(time: number): DashboardEvents["loop"] {
    const histogram = this.#histogram;
    const median = late(histogram.percentile(50));
    const p99 = late(histogram.percentile(99));
    const max = late(histogram.max);
    histogram.reset();
    return { time, median, p99, max };
  }

  close(): void {
    this.#histogram.disable();
  }
}

/** The histogram holds whole intervals in nanoseconds, the resolution included; without a sample it is 0. */
function late(nanoseconds: number): number {
  return Math.round(Math.max(0, nanoseconds / 1e6 - RESOLUTION) * 100) / 100;
}
