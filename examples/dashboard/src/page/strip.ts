import type { Outages } from "./outages.ts";
import type { Topic, When } from "./reader.ts";
import { color } from "./theme.ts";

/** When it was published, in seconds, the lane of its topic, and how it came. */
export type Tick = readonly [time: number, lane: number, when: When];

/** How wide a second is, and how many seconds are kept: as many as the widest strip shows. */
const SECOND = 15;
const KEPT = 80;
const LANES: readonly Topic[] = ["cpu", "memory", "loop", "hub", "request"];
const LANE_HEIGHT = 20;
const LABELS = 64;
const FONT = '11px ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace';

/** Every event as a tick on the lane of its topic, moving with the time. What was resumed has a color of its own. */
export class Strip {
  readonly #canvas: HTMLCanvasElement;
  readonly #outages: Outages;
  readonly ticks: Tick[];
  readonly #calm = matchMedia("(prefers-reduced-motion: reduce)");
  #width = 0;
  #drawnAt = 0;

  constructor(canvas: HTMLCanvasElement, outages: Outages, kept: readonly Tick[] = []) {
    this.ticks = [...kept];
    this.#canvas = canvas;
    this.#outages = outages;
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  add(topic: Topic, time: number, when: When): void {
    this.ticks.push([time, LANES.indexOf(topic), when]);
    this.#drawnAt = 0;
  }

  /** Draws, if anything has moved by as much as a pixel of the screen. */
  draw(now: number): void {
    const moves = this.#calm.matches ? 0.5 : 1 / (SECOND * devicePixelRatio);
    if (Math.abs(now - this.#drawnAt) < moves) return;
    this.#drawnAt = now;
    const old = this.ticks.findIndex(([time]) => time >= now - KEPT);
    if (old > 0) this.ticks.splice(0, old);
    const context = this.#canvas.getContext("2d");
    if (context !== null) this.#paint(context, now);
  }

  redraw(): void {
    this.#drawnAt = 0;
  }

  #resize(): void {
    const width = this.#canvas.clientWidth;
    if (width === 0) return;
    this.#width = width;
    this.#canvas.width = Math.round(width * devicePixelRatio);
    this.#canvas.height = Math.round(LANES.length * LANE_HEIGHT * devicePixelRatio);
    this.#drawnAt = 0;
  }

  #paint(context: CanvasRenderingContext2D, now: number): void {
    const width = this.#width;
    const height = LANES.length * LANE_HEIGHT;
    const x = (time: number): number => width - (now - time) * SECOND;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.fillStyle = color("outage");
    for (const { from, to } of this.#outages.list) {
      const left = Math.max(LABELS, x(from));
      const right = to === undefined ? width : x(to);
      if (right > left) context.fillRect(left, 0, right - left, height);
    }
    context.fillStyle = color("grid");
    for (let lane = 0; lane < LANES.length; lane++)
      context.fillRect(LABELS, lane * LANE_HEIGHT + LANE_HEIGHT / 2 - 0.5, width - LABELS, 1);
    for (const [time, lane, when] of this.ticks) {
      const left = x(time);
      if (left < LABELS) continue;
      context.fillStyle = color(when === "resumed" ? "resumed" : "signal");
      context.globalAlpha = when === "before" ? 0.35 : 1;
      context.fillRect(left - 2.5, lane * LANE_HEIGHT + 4, 2.5, LANE_HEIGHT - 8);
    }
    context.globalAlpha = 1;
    context.font = FONT;
    context.textBaseline = "middle";
    context.fillStyle = color("ink-3");
    LANES.forEach((topic, lane) => {
      context.fillText(topic, 0, lane * LANE_HEIGHT + LANE_HEIGHT / 2 + 0.5);
    });
  }
}
