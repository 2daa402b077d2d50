import { BenchReader } from "./bench-reader.ts";
import { Checker } from "./checker.ts";
import type { History } from "./history.ts";
import { Ledger, type Seen } from "./ledger.ts";
import type { Cluster, FromLoad, LoadOptions, LoadReport, Published, ToLoad } from "./messages.ts";
import { Random } from "./random.ts";
import type { Stage } from "./stage.ts";

/** How many readers that had the end of a job wait to be judged. */
const ENDED = 1_000;

/** The process of the readers, with the checker of what they see. */
export async function run(options: LoadOptions): Promise<void> {
  const load = new Load(options);
  process.once("disconnect", () => process.exit());
  process.on("message", (message: ToLoad) => load.onmessage(message));
}

/** All readers, and what they share. */
class Load implements Stage {
  mode: "churn" | "calm" | "leave" = "leave";
  readonly checker: Checker = new Checker((what) => this.count(what));
  readonly #ledger = new Ledger(this.checker.faults);
  readonly #readers: BenchReader[] = [];
  readonly #ports = new Map<Cluster, readonly number[]>();
  readonly #jobs = new Map<Cluster, string>();
  readonly #counts: Record<string, number> = {};
  /** Readers that were told of an end: whether they had all of it is known when all was reported. */
  #finished: History[] = [];
  #connections = 0;
  #awaited: (() => boolean) | undefined;
  #tell: (() => void) | undefined;

  constructor({ seed, readers }: LoadOptions) {
    const random = new Random(seed);
    for (let i = 0; i < readers; i++) this.#readers.push(new BenchReader(this, i, random.branch(i)));
  }

  port(cluster: Cluster, random: Random): number {
    return random.pick(this.#ports.get(cluster) ?? []);
  }

  newestJob(cluster: Cluster): readonly string[] {
    const job = this.#jobs.get(cluster);
    return job === undefined ? [] : [job];
  }

  /** A number of its own for a connection. */
  connects(): number {
    this.count("connections");
    return ++this.#connections;
  }

  closes(seen: Seen): void {
    this.#ledger.seen(seen);
  }

  finishes(history: History): void {
    this.#finished.push(history);
    // Of what ended so long ago all is reported.
    if (this.#finished.length > ENDED) this.#finished.shift()?.ends();
  }

  count(what: string): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
  }

  /** Looks whether what the bench waits for has come. */
  look(): void {
    if (this.#awaited === undefined || !this.#awaited()) return;
    this.#awaited = undefined;
    this.#tell?.();
  }

  onmessage(message: ToLoad): void {
    if (message.type === "published") this.checker.note(message.events);
    else if (message.type === "closed") this.#ledger.closed(message.streams);
    else if (message.type === "servers") this.#ports.set(message.cluster, message.ports);
    else if (message.type === "job") this.#jobs.set(message.cluster, message.topic);
    else if (message.type === "finals") this.#expect(message.finals);
    else if (message.type === "report") {
      for (const history of this.#finished) history.ends();
      this.#finished = [];
      this.checker.finish();
      this.#ledger.finish();
      this.#send({ type: "report", report: this.#report() });
    } else {
      this.mode = message.type;
      if (message.type === "churn") for (const reader of this.#readers) reader.start();
      else if (message.type === "calm") {
        for (const reader of this.#readers) reader.calm();
        this.#await("calm", () =>
          this.#readers.every((reader) => (reader.stays ? reader.ready : reader.idle)),
        );
      } else {
        for (const reader of this.#readers) reader.leave();
        this.#await("left", () => this.#readers.every((reader) => reader.idle));
      }
    }
  }

  #expect(finals: readonly Published[]): void {
    const pairs = finals.map(({ lane, number }) => [this.checker.published.lane(lane), number] as const);
    for (const reader of this.#readers) if (reader.stays) reader.expect(pairs);
    this.#await("complete", () => this.#readers.every((reader) => reader.complete));
  }

  #await(type: "calm" | "complete" | "left", met: () => boolean): void {
    this.#awaited = met;
    this.#tell = () => this.#send({ type });
    this.look();
  }

  #send(message: FromLoad): void {
    if (process.connected) process.send?.(message);
  }

  #report(): LoadReport {
    const { counts, examples } = this.checker.faults;
    const reasons = Object.entries(this.#ledger.reasons).map(([reason, count]) => [`ended ${reason}`, count]);
    // What it must not keep: it is bounded, whatever the length of the run.
    globalThis.gc?.();
    const { equal, given } = this.#ledger.events;
    return {
      counts: {
        ...this.#counts,
        ...(Object.fromEntries(reasons) as Record<string, number>),
        "observed events": given,
        "observed events on whole streams": equal,
        "bytes held by the checker's process": process.memoryUsage().heapUsed,
      },
      faults: counts,
      examples,
    };
  }
}
