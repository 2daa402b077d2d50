import { setTimeout as delay } from "node:timers/promises";
import { type RemoteLog, startRemoteLog } from "../src/logs/remote-log.ts";
import { Child } from "./child.ts";
import { Faults } from "./faults.ts";
import { serveLog } from "./log-bridge.ts";
import type { Cluster, FromLoad, FromServer, Held, ServerOptions, ToLoad, ToServer } from "./messages.ts";
import { Random } from "./random.ts";
import { HISTORY } from "./topics.ts";

export interface BenchOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly readers: number;
  /** Scales how much the servers publish. */
  readonly pace?: number;
}

export interface BenchReport {
  readonly counts: Readonly<Record<string, number>>;
  /** What must not be: none when all is well. */
  readonly faults: Readonly<Record<string, number>>;
  readonly examples: readonly string[];
}

/** How much more a process may hold after a phase than after the one before, in bytes: what engines cache and compile. */
const HEAP_SLACK = 3 * 1024 * 1024;
/** Which part of the time goes to the first phase, after which memory is measured for the first time. */
const FIRST = 0.4;
const ACTIONS = { break: 40, restartLog: 4, replace: 30, restart: 24, nothing: 20 };

type ServerChild = Child<FromServer, ToServer>;

interface Running {
  readonly child: ServerChild;
  readonly cluster: Cluster;
  readonly ports: readonly number[];
  held?: Held;
}

/** One run: servers, readers, and what is done to them. It rejects only if the bench itself fails. */
export async function bench(options: BenchOptions): Promise<BenchReport> {
  const run = new Run(options);
  try {
    return await run.run();
  } finally {
    await run.stop();
  }
}

class Run {
  readonly #options: BenchOptions;
  readonly #random: Random;
  readonly #faults = new Faults();
  readonly #counts: Record<string, number> = {};
  readonly #load: Child<FromLoad, ToLoad>;
  readonly #servers = new Set<Running>();
  readonly #children: ServerChild[] = [];
  #remote: RemoteLog | undefined;
  #started = 0;

  constructor(options: BenchOptions) {
    const { seed, readers } = options;
    this.#options = options;
    this.#random = new Random(seed);
    this.#load = new Child("load", { seed: seed + 1, readers });
  }

  async run(): Promise<BenchReport> {
    const { seed, seconds } = this.#options;
    this.#remote = await startRemoteLog({ history: HISTORY.remote, seed, maxDelay: 2 });
    const began = await Promise.all([this.#start("memory"), this.#start("remote"), this.#start("remote")]);
    for (const running of began) this.#servers.add(running);
    this.#announce();
    await this.#phase(seconds * FIRST, true);
    await this.#phase(seconds * (1 - FIRST), false);
    this.#load.tell({ type: "report" });
    const { report } = await this.#load.hears("report");
    for (const running of this.#servers) await this.#drain(running, 0);
    const faults = { ...report.faults };
    for (const [kind, count] of Object.entries(this.#faults.counts))
      faults[kind] = (faults[kind] ?? 0) + count;
    const examples = [...report.examples, ...this.#faults.examples];
    return { counts: { ...report.counts, ...this.#counts }, faults, examples };
  }

  async stop(): Promise<void> {
    await Promise.all([this.#load, ...this.#children].map((child) => child.kill()));
    await this.#remote?.stop();
  }

  /** Readers come and suffer; then all is calm, each must have everything, all leave, and nothing may be left of them. */
  async #phase(seconds: number, first: boolean): Promise<void> {
    for (const { child } of this.#servers) child.tell({ type: "produce" });
    this.#load.tell({ type: "churn" });
    const until = performance.now() + seconds * 1_000;
    while (performance.now() < until) {
      await delay(this.#random.between(100, 1_200));
      await this.#act(first);
    }
    await this.#loadIs("calm", { type: "calm" });
    const finals = [...this.#servers].map(async ({ child }) => {
      const heard = child.hears("finals");
      child.tell({ type: "finals" });
      return (await heard).finals;
    });
    await this.#loadIs("complete", { type: "finals", finals: (await Promise.all(finals)).flat() });
    await this.#loadIs("left", { type: "leave" });
    for (const running of this.#servers) await this.#measure(running);
  }

  async #loadIs(type: "calm" | "complete" | "left", message: ToLoad): Promise<void> {
    const heard = this.#load.hears(type, 30);
    this.#load.tell(message);
    try {
      await heard;
    } catch {
      this.#faults.add("deadline", `the readers were not all "${type}" within 30 s`);
    }
  }

  async #act(first: boolean): Promise<void> {
    const action = this.#random.weighted(ACTIONS);
    // What is measured in the end must be the process that was measured before.
    if (action === "restart" && !first) return;
    const servers = [...this.#servers].filter(
      ({ cluster }) => cluster === (action === "restart" ? "memory" : "remote"),
    );
    const running =
      action === "replace" && !first ? servers.find(({ held }) => held === undefined) : servers[0];
    this.#count(`bench ${action}`);
    if (action === "break") this.#remote?.break();
    else if (action === "restartLog") await this.#remote?.restart();
    else if (running !== undefined && action === "replace") await this.#replace(running);
    else if (running !== undefined && action === "restart") await this.#restart(running);
  }

  /** Another process first, then the old one is drained: a rolling deploy. */
  async #replace(old: Running): Promise<void> {
    const running = await this.#start(old.cluster);
    this.#servers.delete(old);
    this.#servers.add(running);
    this.#announce();
    running.child.tell({ type: "produce" });
    await this.#drain(old, this.#random.between(0, 1_500));
  }

  /** The old process has its log in its memory: it goes first, and readers find nobody for a while. */
  async #restart(old: Running): Promise<void> {
    await this.#drain(old, this.#random.between(0, 800));
    this.#servers.delete(old);
    const running = await this.#start(old.cluster);
    this.#servers.add(running);
    this.#announce();
    running.child.tell({ type: "produce" });
  }

  async #drain({ child }: Running, within: number): Promise<void> {
    child.tell({ type: "drain", within });
    const code = await child.exits(within / 1_000 + 15);
    if (code !== 0) this.#faults.add("exit", `a drained process ended with ${code}, or had to be killed`);
  }

  async #start(cluster: Cluster): Promise<Running> {
    const number = ++this.#started;
    const { seed, pace = 1 } = this.#options;
    const options: ServerOptions = {
      name: `${cluster[0]}${number}`,
      cluster,
      seed: seed + 100 * number,
      pace,
    };
    const child: ServerChild = new Child("server", options);
    this.#children.push(child);
    if (cluster === "remote" && this.#remote !== undefined)
      serveLog(child.process, await this.#remote.connect());
    child.on((message) => {
      if (message.type === "published" || message.type === "closed" || message.type === "job")
        this.#load.tell(message);
    });
    const { ports } = await child.hears("listening");
    return { child, cluster, ports };
  }

  #announce(): void {
    for (const cluster of ["memory", "remote"] as const) {
      const ports = [...this.#servers]
        .filter((server) => server.cluster === cluster)
        .flatMap(({ ports }) => ports);
      this.#load.tell({ type: "servers", cluster, ports });
    }
  }

  async #measure(running: Running): Promise<void> {
    const { child, cluster, held: before } = running;
    const heard = child.hears("held");
    child.tell({ type: "measure" });
    const { held } = await heard;
    running.held = held;
    this.#count("streams opened, by the observer", held.opened);
    if (held.left !== 0) this.#faults.add("leak", `${held.left} streams and sockets are left`);
    if (held.opened !== held.closed)
      this.#faults.add("leak", `${held.opened} streams opened, ${held.closed} closed`);
    if (before === undefined) return;
    const grown = held.bytes - before.bytes;
    this.#count(`grown by, ${cluster}`, grown);
    if (grown > HEAP_SLACK) this.#faults.add("leak", `a ${cluster} server grew by ${grown} bytes`);
    if (held.timers > before.timers)
      this.#faults.add("leak", `${before.timers} timers became ${held.timers}`);
  }

  #count(what: string, by = 1): void {
    this.#counts[what] = (this.#counts[what] ?? 0) + by;
  }
}
