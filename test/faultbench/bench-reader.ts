import type { Checker } from "./checker.ts";
import { Connection } from "./connection.ts";
import type { History } from "./history.ts";
import type { Seen } from "./ledger.ts";
import type { Cluster } from "./messages.ts";
import { type Lane, placeOf } from "./published.ts";
import type { Random } from "./random.ts";
import { TOPICS } from "./topics.ts";

/** What befalls a connection, and how often. */
const FATES = { stay: 20, leave: 30, reset: 18, halfClose: 10, stall: 14, early: 4, slow: 4 };
/** The same for those who have a topic with so much in it that a stall is felt. */
const FAT_FATES = { ...FATES, stay: 5, leave: 10, reset: 10, stall: 60 };
/** With what a reader comes back. */
const CURSORS = { last: 94, none: 2, malformed: 2, foreign: 2 };
const MALFORMED = ["0", "1-2-3", "-1", "$", "not a cursor", `x.${"9".repeat(300)}`, "a.b.c", ".7"];
/** How often a reader of a job comes back to it before it takes it for given up: its producer may be gone. */
const JOB_VISITS = 8;

/** What readers share. */
interface Stage {
  readonly mode: "churn" | "calm" | "leave";
  readonly checker: Checker;
  port(cluster: Cluster, random: Random): number;
  newestJob(cluster: Cluster): readonly string[];
  connects(): number;
  closes(seen: Seen): void;
  finishes(history: History): void;
  count(what: string): void;
  look(): void;
}

/** One reader: it comes, suffers, and comes back, as its row of random numbers says; its checker is told all of it. */
export class BenchReader {
  readonly name: string;
  readonly #load: Stage;
  readonly #random: Random;
  readonly #cluster: Cluster;
  readonly #job: boolean;
  #topics: readonly string[];
  #history: History;
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cursor: string | undefined;
  #gapDue = false;
  #finished = false;
  #visits = 0;
  /** What it has yet to get before the run may end. */
  #missing: readonly (readonly [Lane, number])[] = [];
  /** Whether it is connected, and knows where it is. */
  ready = false;

  constructor(load: Stage, index: number, random: Random) {
    this.#load = load;
    this.#random = random;
    this.name = `reader ${index}`;
    this.#cluster = random.chance(0.6) ? "memory" : "remote";
    this.#job = random.chance(0.1);
    this.#topics = this.#job ? [] : this.#chosen();
    this.#history = load.checker.visit(this.name, this.#topics);
  }

  get idle(): boolean {
    return this.#connection === undefined;
  }

  /** Whether it counts at the end of a phase: readers of jobs come and go. */
  get stays(): boolean {
    return !this.#job;
  }

  get complete(): boolean {
    return this.#missing.length === 0;
  }

  /** A phase begins: it comes some time soon. */
  start(): void {
    this.#visit();
    this.#later(this.#random.between(0, 1_000), () => this.#connect());
  }

  /** From now on it is a good reader. */
  calm(): void {
    clearTimeout(this.#timer);
    if (this.#job) this.#connection?.leave();
    else if (this.#connection === undefined) this.#connect();
    // A slow one would take for ever what others take at once.
    else if (!this.#connection.left && !this.#connection.slow) this.#connection.resume();
    else this.#connection.leave();
  }

  /** The phase is over. */
  leave(): void {
    clearTimeout(this.#timer);
    if (this.stays) this.#history.ends();
    this.#connection?.leave();
  }

  expect(finals: readonly (readonly [Lane, number])[]): void {
    this.#missing = finals.filter(([lane]) => this.#topics.includes(lane.topic));
    this.#look();
  }

  #chosen(): readonly string[] {
    const topics = TOPICS[this.#cluster].filter((topic) => topic !== "fat" || this.#random.chance(0.2));
    const count = this.#random.between(1, 3);
    return [...new Set(Array.from({ length: count }, () => this.#random.pick(topics)))];
  }

  #visit(): void {
    this.#cursor = undefined;
    this.#finished = false;
    this.#gapDue = false;
    this.#visits = 0;
    if (this.#job) this.#topics = this.#load.newestJob(this.#cluster);
    this.#history = this.#load.checker.visit(this.name, this.#topics);
  }

  #later(milliseconds: number, task: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(task, milliseconds);
  }

  #connect(): void {
    if (this.#load.mode === "leave" || (this.#job && this.#load.mode === "calm")) return;
    const random = this.#random;
    if (this.#job && (this.#topics.length === 0 || this.#visits > JOB_VISITS)) this.#visit();
    if (this.#job && this.#topics.length === 0) {
      this.#later(500, () => this.#connect());
      return;
    }
    this.#visits++;
    this.#bringCursor();
    const fates = this.#topics.includes("fat") ? FAT_FATES : FATES;
    const fate = this.#load.mode === "churn" ? random.weighted(fates) : "stay";
    const from = this.#job || random.chance(0.2) ? "start" : "now";
    const number = this.#load.connects();
    const extra = random.chance(0.1) ? "&private" : "";
    const path = `/?c=${number}&topics=${this.#topics.join()}&from=${from}${extra}`;
    const native = random.chance(0.5);
    const options = { port: this.#load.port(this.#cluster, random), path, cursor: this.#cursor, native };
    const seen = { opened: false, events: 0, gaps: 0, clean: false, why: undefined as string | undefined };
    this.#history.connects();
    const connection = new Connection(
      { ...options, slow: fate === "slow" },
      {
        head: (status, chunked) => {
          seen.opened = status === 200 && chunked;
          if (!seen.opened) this.#answered(status, connection);
          else if (options.cursor !== undefined) this.#load.count("reconnects");
        },
        block: (event, id, data) => this.#block(seen, event, id, data),
        end: () => {
          seen.clean = true;
          // The notice of the end is gone from the log too, and is part of the gap.
          if (this.#job && seen.gaps > 0 && seen.why === undefined) {
            seen.why = "finished";
            this.#finished = true;
          }
          connection.done();
        },
      },
      () => {
        const { opened, events, gaps, clean, why } = seen;
        const how = clean ? "clean" : connection.left ? "left" : "cut";
        this.#load.closes({ connection: number, opened, events, gaps, how, why });
        this.#closed(why);
      },
    );
    this.#connection = connection;
    this.#suffer(fate, connection);
  }

  #bringCursor(): void {
    if (this.#cursor === undefined || this.#load.mode !== "churn" || this.#finished) return;
    const with_ = this.#random.weighted(CURSORS);
    if (with_ === "last") return;
    const place = placeOf(this.#cursor);
    // What it does not go on from, it need not have had.
    this.#history = this.#load.checker.visit(this.name, this.#topics);
    this.#cursor = undefined;
    this.#gapDue = with_ !== "none";
    if (with_ === "malformed") this.#cursor = this.#random.pick(MALFORMED);
    if (with_ === "foreign") {
      const future = place !== undefined && this.#random.chance(0.5);
      this.#cursor = future ? `${place.epoch}.${place.offset + 10_000_000}` : "another.7";
    }
  }

  #suffer(fate: keyof typeof FATES, connection: Connection): void {
    const random = this.#random;
    const time = random.between(200, 9_000);
    if (fate === "early") this.#later(random.between(0, 3), () => connection.reset());
    else if (fate === "leave" || fate === "slow") this.#later(time, () => connection.leave());
    else if (fate === "reset") this.#later(time, () => connection.reset());
    else if (fate === "halfClose") this.#later(time, () => connection.halfClose());
    else if (fate === "stall") {
      this.#later(random.between(50, 2_000), () => {
        connection.stall();
        this.#load.count("stalls");
        this.#later(random.between(500, 6_000), () => {
          connection.resume();
          if (random.chance(0.5)) this.#later(time, () => connection.leave());
        });
      });
    }
  }

  #answered(status: number, connection: Connection): void {
    this.#load.count(`answered ${status}`);
    // It has had the end; or it comes for the first time, and the log has let go of the whole job.
    if (status === 204 && this.#job && (this.#finished || this.#cursor === undefined)) this.#topics = [];
    // At the door, with a notice of when to come back: 200; it is no stream.
    else if (status !== 503 && status !== 200)
      this.#load.checker.faults.add("status", `${this.name} was answered ${status}`);
    connection.done();
  }

  #block(
    seen: { events: number; gaps: number; why: string | undefined },
    event: string,
    id: string | undefined,
    data: string,
  ): void {
    if (id !== undefined) this.#cursor = id;
    if (event === "message") {
      seen.events++;
      const [lane = "", number = ""] = data.split(" ", 2);
      this.#load.count("deliveries");
      this.#history.event(this.#load.checker.published.lane(lane), Number(number), id);
      if (this.#missing.length > 0) this.#look();
    } else if (event === "checkpoint") {
      if (this.#gapDue && seen.gaps === 0) {
        this.#load.checker.faults.add(
          "silence",
          `${this.name} brought a cursor of nowhere, and was told nothing`,
        );
      }
      this.#gapDue = false;
      this.#history.checkpoint(id);
      if (!this.ready) {
        this.ready = true;
        this.#load.look();
      }
    } else if (event === "gap") {
      seen.gaps++;
      this.#gap(data);
    } else if (event === "finish") {
      seen.events++;
      this.#history.moves(id, `the end of ${data}`);
      this.#finished = true;
      seen.why = "finished";
      this.#load.count("finished");
      this.#load.finishes(this.#history);
    } else if (event === "private") seen.events++;
    else if (event === "reconnect") seen.why = (JSON.parse(data) as { reason: string }).reason;
    else this.#load.checker.faults.add("unknown", `${this.name} got ${event}`);
  }

  #gap(data: string): void {
    const { reason } = JSON.parse(data) as { readonly reason: string };
    this.#history.gap();
    this.#load.count(`${this.#gapDue ? "due " : ""}gap ${reason}`);
    const expected = this.#gapDue || reason === "evicted" || reason === "epoch";
    if (!expected) this.#load.checker.faults.add("gap", `${this.name} was told of ${data}`);
    // The job went with the log.
    if (this.#job && reason === "epoch") this.#visits = JOB_VISITS + 1;
  }

  #closed(why: string | undefined): void {
    clearTimeout(this.#timer);
    this.#connection = undefined;
    this.ready = false;
    const random = this.#random;
    const { mode } = this.#load;
    if (mode === "leave") this.#load.look();
    else if (mode === "calm") {
      // It may have been for want of a server.
      if (this.stays) this.#later(50, () => this.#connect());
      else this.#load.look();
    } else if (why === "finished") this.#later(random.between(0, 100), () => this.#connect());
    else {
      const away = random.chance(0.1) ? random.between(2_000, 9_000) : random.between(10, 500);
      this.#later(away, () => this.#connect());
    }
  }

  #look(): void {
    this.#missing = this.#missing.filter(([lane, number]) => !this.#history.has(lane, number));
    this.#load.look();
  }
}
