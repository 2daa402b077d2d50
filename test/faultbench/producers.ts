import type { HubVerbs } from "@longwave/core";
import type { Lanes } from "./lanes.ts";
import type { ServerOptions } from "./messages.ts";
import { Random } from "./random.ts";
import { TOPICS } from "./topics.ts";

/** How often each producer publishes, in milliseconds. */
const PERIOD = 50;

/** Publishes at random on the topics of a cluster, and runs jobs: topics that are finished after a few events. */
export class Producers {
  readonly #hub: HubVerbs;
  readonly #lanes: Lanes;
  readonly #options: ServerOptions;
  readonly #onjob: (topic: string) => void;
  readonly #random: Random;
  readonly #under = new Set<Promise<unknown>>();
  #timers: ReturnType<typeof setInterval>[] = [];
  #jobs = 0;

  constructor(hub: HubVerbs, lanes: Lanes, options: ServerOptions, onjob: (topic: string) => void) {
    this.#hub = hub;
    this.#lanes = lanes;
    this.#options = options;
    this.#onjob = onjob;
    this.#random = new Random(options.seed);
  }

  start(): void {
    if (this.#timers.length > 0) return;
    const remote = this.#options.cluster === "remote";
    // Several producers, each on its own row of numbers.
    for (let i = 0; i < 2; i++) {
      const random = this.#random.branch(i);
      this.#timers.push(setInterval(() => this.#beat(random, remote), PERIOD));
    }
    this.#timers.push(setInterval(() => this.#run(this.#job()), remote ? 2_000 : 700));
  }

  /** Resolves when nothing is being published any more. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    await Promise.allSettled(this.#under);
  }

  #beat(random: Random, remote: boolean): void {
    const topics = TOPICS[this.#options.cluster];
    const count = random.between(0, remote ? 2 : 4 * this.#options.pace);
    for (let i = 0; i < count; i++) this.#publish(random.pick(topics), random);
    if (remote) return;
    // As fast as it can: more in one turn than the tail's window or the log hold.
    if (random.chance(0.002)) for (let i = 0; i < 2_600; i++) this.#publish("a", random);
    // More than the system's own buffers take for a reader that stalls.
    if (random.chance(0.006)) for (let i = 0; i < 100; i++) this.#run(this.#lanes.publish("fat", 60_000));
  }

  #publish(topic: string, random: Random): void {
    this.#run(this.#lanes.publish(topic, topic === "fat" ? 8_000 : random.between(0, 200)));
  }

  async #job(): Promise<void> {
    const topic = `job-${this.#options.name}-${++this.#jobs}`;
    const count = this.#random.between(1, 30);
    this.#onjob(topic);
    for (let i = 0; i < count; i++) {
      await this.#lanes.publish(topic);
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    await this.#hub.finish(topic);
  }

  #run(task: Promise<unknown>): void {
    const under = task.catch(() => {
      // The hub is closed or the log is away; what was published is reported by its lane.
    });
    this.#under.add(under);
    void under.then(() => this.#under.delete(under));
  }
}
