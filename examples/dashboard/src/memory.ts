import { freemem, totalmem } from "node:os";
import type { DashboardEvents } from "./events.ts";

export function readMemory(time: number): DashboardEvents["memory"] {
  const total = totalmem();
  return { time, used: total - freemem(), total, process: process.memoryUsage.rss() };
}
