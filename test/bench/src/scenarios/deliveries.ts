import type { Figure, Figures } from "../scenario.ts";
import type { Delivery } from "../stage.ts";

/** The figures of scenarios that deliver as fast as it goes. No latency: it would be that of a queue. */
export const deliveryFigures: readonly [Figure, ...Figure[]] = [
  { key: "cpu", label: "CPU per delivery", unit: "µs" },
  { key: "rate", label: "deliveries", unit: "/s" },
  { key: "bytes", label: "bytes per delivery", unit: "B" },
  { key: "lost", label: "lost", unit: "" },
  { key: "disorder", label: "out of order", unit: "" },
];

export function figuresOf(delivery: Delivery): Figures {
  const { cpu, events, bytes, lost, disorder, ms } = delivery;
  return { cpu: cpu / events, rate: (events * 1_000) / ms, bytes: bytes / events, lost, disorder };
}
