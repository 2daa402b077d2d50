import { fileURLToPath } from "node:url";
import { Child, LOADER_CORE, SERVER_CORE } from "./child.ts";
import type { Memory, PublishArgs } from "./fixture.ts";
import type { OpenArgs, Opened } from "./loader/main.ts";
import type { Result } from "./loader/tally.ts";
import { launchOf } from "./runtime.ts";
import { type ServerInfo, serverInfo } from "./servers.ts";
import type { Schedule } from "./turns.ts";

/** How many readers stay while others come and go. */
const HELD = 20;

/** What a step of deliveries came to. */
export interface Delivery extends Result {
  /** Microseconds of the server's processor time. */
  readonly cpu: number;
}

/** How a step is published: to topics, each reader's own, or by sources. */
export type Way = "publish" | "send" | "pipe";

const PATHS: Readonly<Record<Way, string>> = { publish: "/events", send: "/own", pipe: "/pipe" };

/** One server and one loader, each a process of its own, for one scenario in one round. */
export class Stage {
  readonly name: string;
  readonly info: ServerInfo;
  /** Whether to do with a tenth. */
  readonly quick: boolean;
  readonly server: Child;
  /** In milliseconds: after so long without an event none will come any more, and no step takes longer. */
  patience: { readonly quiet: number; readonly limit: number } = { quiet: 3_000, limit: 90_000 };
  /** How many readers stay. */
  held = 0;
  readonly #loader: Child;
  #port = 0;

  private constructor(name: string, quick: boolean) {
    this.name = name;
    this.info = serverInfo(name);
    this.quick = quick;
    const launch = launchOf(this.info.runtime);
    if (launch === undefined) throw new Error(`${this.info.runtime} is not installed.`);
    const file = fileURLToPath(new URL(`servers/${this.info.file}.js`, import.meta.url));
    this.server = new Child(launch.command, [...launch.flags, file, ...this.info.args], SERVER_CORE);
    this.#loader = new Child(
      process.execPath,
      [fileURLToPath(new URL("loader/main.js", import.meta.url))],
      LOADER_CORE,
    );
  }

  /** Must be stopped, also when what is done on it fails. */
  static async start(name: string, quick: boolean): Promise<Stage> {
    const stage = new Stage(name, quick);
    try {
      const { port } = (await stage.server.ready) as { readonly port: number };
      stage.#port = port;
      await stage.#loader.ready;
      return stage;
    } catch (error) {
      await stage.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all([this.server.stop(), this.#loader.stop()]);
  }

  /**
   * Opens some readers of a quiet topic, that stay to the end. When all memory is collected while no stream is open,
   * V8 lets go of the shapes of all that belongs to streams, Node's own included, and with them of the code that it
   * made for them: what comes and goes after that would mostly measure the making of code.
   */
  async hold(): Promise<void> {
    await this.#open("hold", HELD, { common: "quiet" });
    this.held = HELD;
  }

  /** Waits until the server knows that its readers have left. Some servers never notice: then for so long. */
  async settle(limit = 2_000): Promise<void> {
    const until = performance.now() + limit;
    while ((await this.server.ask<number>("open")) > this.held && performance.now() < until) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
  }

  /** Opens readers; any that failed fails the step, or fewer would be measured than are told. */
  open(count: number, more: Partial<OpenArgs> = {}): Promise<Opened> {
    return this.#open("open", count, more);
  }

  async #open(verb: "open" | "hold", count: number, more: Partial<OpenArgs>): Promise<Opened> {
    const opened = await this.load<Opened>(verb, { count, ...more });
    if (opened.failed > 0)
      throw new Error(`${opened.failed} of ${count} readers were not let in: ${opened.why}`);
    return opened;
  }

  /** Asks the loader, for this server. */
  load<T>(verb: string, more: Partial<OpenArgs> = {}): Promise<T> {
    return this.#loader.ask<T>(verb, {
      port: this.#port,
      protocol: this.info.protocol,
      route: "/events",
      ...more,
    });
  }

  leave(): Promise<void> {
    return this.#loader.ask("leave");
  }

  result(): Promise<Result> {
    return this.#loader.ask<Result>("result", this.patience);
  }

  memory(): Promise<Memory> {
    return this.server.ask<Memory>("memory");
  }

  /** Has events go to the open readers, and measures what that takes. `wanted` by each, if not all. */
  async deliver(args: Partial<PublishArgs>, way: Way = "publish", wanted?: number): Promise<Delivery> {
    const schedule = { ...scheduleOf(args), ...(args.topics === undefined ? {} : { topics: args.topics }) };
    // Each stream has had an event, and what connecting has left is collected: that belongs to `churn`, `idle` and
    // `first`. In this order, since some streams go over to another sink with their first event: collected before, its
    // code would be made anew. A source has its events counted out from the start.
    if (way !== "pipe" && wanted === undefined && args.topics === undefined)
      await this.#deliver({ ...schedule, events: 5 * schedule.perTurn }, way, 5 * schedule.perTurn);
    await this.memory();
    return this.#deliver(schedule, way, wanted ?? schedule.events);
  }

  async #deliver(schedule: Partial<PublishArgs>, way: Way, wanted: number): Promise<Delivery> {
    await this.#loader.ask("expect", { wanted });
    const before = await this.server.cpu();
    await this.server.ask(way, schedule);
    const result = await this.result();
    return { ...result, cpu: (await this.server.cpu()) - before };
  }

  /** What a step needs of the JIT, and is not to be measured. */
  async warm(args: Partial<Schedule>, way: Way = "publish", more: Partial<OpenArgs> = {}): Promise<void> {
    const events = 400;
    await this.openFor(way, { events, ...args }, 100, more);
    await this.deliver({ ...args, events, gap: 1 }, way);
    await this.leave();
  }

  /** Opens readers for a way of publishing. */
  async openFor(
    way: Way,
    args: Partial<Schedule>,
    count: number,
    more: Partial<OpenArgs> = {},
  ): Promise<void> {
    if (way === "pipe") await this.server.ask("prepare", scheduleOf(args));
    await this.open(count, { route: PATHS[way], ...more });
  }
}

function scheduleOf(args: Partial<Schedule>): Schedule {
  return { events: 1, perTurn: 1, bytes: 100, gap: 0, ...args };
}
