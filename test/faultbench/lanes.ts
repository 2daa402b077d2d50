import type { HubVerbs, Position } from "@longwave/core";
import type { Published } from "./messages.ts";
import { isKeyed, KEYS } from "./topics.ts";

/**
 * The numbered events of one process: on each topic a lane of its own, in which numbers are dense and go into the log
 * in their order. An event says its lane and number, and nothing else that the checker needs.
 */
export class Lanes {
  readonly #hub: HubVerbs;
  readonly #name: string;
  readonly #report: (event: Published) => void;
  readonly #numbers = new Map<string, number>();

  constructor(hub: HubVerbs, name: string, report: (event: Published) => void) {
    this.#hub = hub;
    this.#name = name;
    this.#report = report;
  }

  get topics(): readonly string[] {
    return [...this.#numbers.keys()];
  }

  /** Publishes the topic's next number; resolves to whether the log has it. */
  async publish(topic: string, padding = 0): Promise<Published> {
    const lane = `${topic}/${this.#name}`;
    const number = (this.#numbers.get(topic) ?? 0) + 1;
    const data = `${lane} ${number} ${"x".repeat(padding)}`;
    // Of this lane alone: two producers with one key would replace each other, and the checker could not tell.
    const key = isKeyed(topic) ? { key: `${this.#name} ${number % KEYS}` } : {};
    let published: Published = { lane, number };
    // Thrown at once, nothing was published, and the number is still to be had.
    const publishing: Promise<Position> = this.#hub.publish(topic, { data }, key);
    this.#numbers.set(topic, number);
    try {
      published = { ...published, ...(await publishing) };
    } catch {
      // The log refused, or broke off before it could say: the event may be there or not.
    }
    this.#report(published);
    return published;
  }

  /** Publishes a last event, for keyed topics of each key, and gives those that the log has for sure. */
  async publishLast(topic: string): Promise<readonly Published[]> {
    const finals: Published[] = [];
    for (let left = isKeyed(topic) ? KEYS : 1; left > 0; left--) {
      let published = await this.publish(topic);
      while (published.offset === undefined) published = await this.publish(topic);
      finals.push(published);
    }
    return finals;
  }
}
