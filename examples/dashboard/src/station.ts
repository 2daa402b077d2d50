import type { ExpressSse } from "@longwave/express";
import { Cpu } from "./cpu.ts";
import { Loop } from "./loop.ts";
import { readMemory } from "./memory.ts";

/** How often everything is read and published, in milliseconds. */
const INTERVAL = 500;

/** Reads this machine and publishes what it reads, each reading on its topic, for as long as it is on the air. */
export class Station {
  readonly #events: ExpressSse;
  readonly #cpu = new Cpu();
  readonly #loop = new Loop();
  readonly #timer: NodeJS.Timeout;
  #offset = 0;
  #counted = 0;
  #countedAt = Date.now();

  constructor(events: ExpressSse) {
    this.#events = events;
    this.#timer = setInterval(() => void this.#publish(), INTERVAL);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#loop.close();
  }

  async #publish(): Promise<void> {
    const events = this.#events;
    const time = Date.now();
    void events.publish("cpu", { event: "cpu", data: this.#cpu.read(time) });
    void events.publish("memory", { event: "memory", data: readMemory(time) });
    void events.publish("loop", { event: "loop", data: this.#loop.read(time) });
    const data = { time, streams: events.streams.size, rate: this.#rate(time) };
    const { offset } = await events.publish("hub", { event: "hub", data });
    this.#offset = offset;
  }

  /** Positions are dense over all topics, so how far they have moved is how many events there were. */
  #rate(time: number): number {
    const rate = ((this.#offset - this.#counted) * 1_000) / Math.max(1, time - this.#countedAt);
    this.#counted = this.#offset;
    this.#countedAt = time;
    return Math.round(rate * 10) / 10;
  }
}
