import { cpus } from "node:os";
import type { DashboardEvents } from "./events.ts";

interface Ticks {
  readonly busy: number;
  readonly all: number;
}

/** The load of each core, from how much its ticks grew since the last reading. */
export class Cpu {
  #before: readonly Ticks[] = ticks();

  read(time: number): DashboardEvents["cpu"] {
    const before = this.#before;
    const now = ticks();
    this.#before = now;
    const grown = now.map(({ busy, all }, core) => ({
      busy: busy - (before[core]?.busy ?? busy),
      all: all - (before[core]?.all ?? all),
    }));
    const sum = grown.reduce((a, b) => ({ busy: a.busy + b.busy, all: a.all + b.all }), { busy: 0, all: 0 });
    return { time, total: percent(sum), cores: grown.map(percent) };
  }
}

function ticks(): Ticks[] {
  return cpus().map(({ times: { user, nice, sys, idle, irq } }) => {
    const busy = user + nice + sys + irq;
    return { busy, all: busy + idle };
  });
}

function percent({ busy, all }: Ticks): number {
  return all <= 0 ? 0 : Math.round(Math.min(1, Math.max(0, busy / all)) * 1_000) / 10;
}
