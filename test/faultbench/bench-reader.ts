import { Connection } from "./connection.ts";
import { comingWith, cursorOf, fateOf, suffer } from "./fates.ts";
import type { History } from "./history.ts";
import type { Cluster } from "./messages.ts";
import { type Lane, placeOf } from "./published.ts";
import type { Random } from "./random.ts";
import type { Stage } from "./stage.ts";
import { TOPICS } from "./topics.ts";

/** How often a reader comes back to a job before it takes it for given up: its producer may be gone. */
const JOB_VISITS = 8;

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
    const fate = this.#load.mode === "churn" ? fateOf(this.#topics, random) : "stay";
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
          if (status !== 200 || !chunked) this.#answered(status, connection);
        },
        block: (event, id, data) => {
          // Who is refused at the door has one notice, in what looks like a stream and is none.
          if (!seen.opened && event !== "reconnect") {
            seen.opened = true;
            if (options.cursor !== undefined) this.#load.count("reconnects");
          }
          this.#block(seen, event, id, data);
        },
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
    if (fate === "stall") this.#load.count("stalls");
    suffer(fate, connection, random, (milliseconds, task) => this.#later(milliseconds, task));
  }

  #bringCursor(): void {
    if (this.#cursor === undefined || this.#load.mode !== "churn" || this.#finished) return;
    const comesWith = comingWith(this.#random);
    if (comesWith === "last") return;
    const place = placeOf(this.#cursor);
    // What it does not go on from, it need not have had.
    this.#history = this.#load.checker.visit(this.name, this.#topics);
    this.#cursor = cursorOf(comesWith, place, this.#random);
    this.#gapDue = this.#cursor !== undefined;
  }

  #answered(status: number, connection: Connection): void {
    this.#load.count(`answered ${status}`);
    // It has had the end; or it comes for the first time, and the log has let go of the whole job.
    if (status === 204 && this.#job && (this.#finished || this.#cursor === undefined)) this.#topics = [];
    // 200 with a length: turned away for now, and told when to come back.
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
    if (this.#load.mode === "leave") this.#load.look();
    else if (this.#load.mode === "calm") {
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
