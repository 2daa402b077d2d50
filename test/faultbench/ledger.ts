import type { Faults } from "./faults.ts";
import type { Closed } from "./messages.ts";

/** What a reader knows of one of its connections, once it is over. */
export interface Seen {
  readonly connection: number;
  /** Whether the head of a stream came. */
  readonly opened: boolean;
  readonly events: number;
  readonly gaps: number;
  /** `clean`: the stream came to its end; `cut`: the server broke off; `left`: the reader did. */
  readonly how: "clean" | "cut" | "left";
  /** What the notice to reconnect gave as its reason, or that all topics were finished. */
  readonly why: string | undefined;
}

/** Holds what the servers' observers told of each stream against what its reader knows of it. */
export class Ledger {
  readonly reasons: Record<string, number> = {};
  /** Events that both sides counted on the streams that came to their ends, and events that were given in all. */
  readonly events = { equal: 0, given: 0 };
  readonly #faults: Faults;
  readonly #seen = new Map<number, Seen>();
  readonly #closed = new Map<number, Closed>();

  constructor(faults: Faults) {
    this.#faults = faults;
  }

  seen(seen: Seen): void {
    const closed = this.#closed.get(seen.connection);
    if (closed === undefined) this.#seen.set(seen.connection, seen);
    else this.#compare(seen, closed);
  }

  closed(streams: readonly Closed[]): void {
    for (const closed of streams) {
      const seen = this.#seen.get(closed.connection);
      if (seen === undefined) this.#closed.set(closed.connection, closed);
      else this.#compare(seen, closed);
    }
  }

  /** All streams are over and all was heard: nothing may be left but what never opened. */
  finish(): void {
    for (const seen of this.#seen.values()) {
      // Who is refused at the door has a stream of one notice, which is none to the observer.
      if (seen.opened && seen.why !== "refused") {
        this.#faults.add("unobserved", `the observer told nothing of the end of ${JSON.stringify(seen)}`);
      }
    }
    for (const { connection } of this.#closed.values()) {
      this.#faults.add("unobserved", `the observer told of connection ${connection}, which no reader had`);
    }
    this.#seen.clear();
    this.#closed.clear();
  }

  #compare(seen: Seen, closed: Closed): void {
    this.#seen.delete(seen.connection);
    this.#closed.delete(seen.connection);
    this.reasons[closed.reason] = (this.reasons[closed.reason] ?? 0) + 1;
    this.events.given += closed.events;
    const whole = seen.how === "clean";
    if (whole) this.events.equal += closed.events;
    if (this.#agree(seen, closed)) return;
    this.#faults.add("observer", `reader ${JSON.stringify(seen)}, observer ${JSON.stringify(closed)}`);
  }

  #agree(seen: Seen, closed: Closed): boolean {
    // What was on its way to a reader that left, only the server knows of.
    if (seen.events > closed.events || seen.gaps > closed.gaps) return false;
    if (seen.how === "left") return true;
    // A server that broke off says so, and never that the reader left.
    if (seen.how === "cut") return !closed.clean && closed.reason !== "left";
    return (
      seen.events === closed.events && seen.gaps === closed.gaps && seen.why === closed.reason && closed.clean
    );
  }
}
