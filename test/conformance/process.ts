import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Fixture, FixtureOptions } from "./fixtures/fixture.ts";

/** What `fixtures/launch.ts` says. */
interface Said {
  readonly at: number;
  readonly error?: string;
  readonly url?: string;
  readonly http2?: boolean;
}

const launcher = fileURLToPath(new URL("fixtures/launch.ts", import.meta.url));

/** A runtime in a process of its own, in which fixtures are started one after the other. One that died is replaced. */
export class FixtureProcess {
  readonly #command: readonly string[];
  readonly #waiting = new Map<number, (said: Said) => void>();
  #child: ChildProcess | undefined;
  #lines = 0;

  /** @param command the runtime and its arguments, before the path of the launcher */
  constructor(command: readonly string[]) {
    this.#command = command;
  }

  async start(name: string, options: FixtureOptions): Promise<Fixture> {
    const { at, url = "", http2 } = await this.#order({ start: name, options });
    return {
      url,
      ...(http2 === undefined ? {} : { http2 }),
      close: async () => {
        await this.#order({ close: at });
      },
      kill: async () => {
        // With the process went all that was in it.
        if (this.#child !== undefined) await this.#order({ kill: at });
      },
    };
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
  }

  async #order(order: object): Promise<Said> {
    this.#child ??= this.#spawn();
    const { stdin } = this.#child;
    const at = ++this.#lines;
    const said = await new Promise<Said>((resolve) => {
      this.#waiting.set(at, resolve);
      stdin?.write(`${JSON.stringify({ at, ...order })}\n`);
    });
    this.#waiting.delete(at);
    if (said.error !== undefined) throw new Error(said.error);
    return said;
  }

  #spawn(): ChildProcess {
    const [program = "", ...args] = this.#command;
    const child = spawn(program, [...args, launcher], { stdio: ["pipe", "pipe", "inherit"] });
    createInterface({ input: child.stdout }).on("line", (line) => {
      const said = JSON.parse(line) as Said;
      this.#waiting.get(said.at)?.(said);
    });
    child.stdin.on("error", () => {});
    child.on("error", (error) => this.#died(error.message));
    child.on("exit", (code, signal) => this.#died(`It ended with ${signal ?? code}.`));
    return child;
  }

  #died(why: string): void {
    this.#child = undefined;
    for (const [at, resolve] of this.#waiting)
      resolve({ at, error: `The fixture's process is gone. ${why}` });
  }
}
