import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";

/** Servers have one core to themselves, the loader and the driver share the other. */
export const SERVER_CORE = 0;
export const LOADER_CORE = 1;

/** Whether processes can be kept to one core each. Without, ratios are noisier, and latency means little. */
export const pinned: boolean =
  availableParallelism() > 1 && spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A process of the benchmark, and the questions to it: the driver's side of the control channel. */
export class Child {
  /** What it said when it was ready. */
  readonly ready: Promise<unknown>;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #errors = "";

  constructor(command: string, args: readonly string[], core: number) {
    const rest = pinned ? ["-c", `${core}`, command, ...args] : args;
    const child = spawn(pinned ? "taskset" : command, rest, { stdio: ["pipe", "pipe", "pipe"] });
    this.#process = child;
    this.ready = this.#wait(0);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4_000);
    });
    // A child that has ended takes no more questions; what waits for it is told below.
    child.stdin.on("error", () => {});
    createInterface({ input: child.stdout }).on("line", (line) => this.#hear(line));
    child.once("error", (error) => this.#over(error.message));
    child.once("close", (code, signal) => this.#over(`ended with ${signal ?? code}`));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async ask<T>(verb: string, args: object = {}): Promise<T> {
    const id = ++this.#asked;
    const reply = this.#wait(id);
    this.#process.stdin?.write(`${JSON.stringify({ id, verb, args })}\n`);
    return (await reply) as T;
  }

  /** Microseconds of processor time so far, the kernel's included, of all threads that live. */
  async cpu(): Promise<number> {
    if (process.platform !== "linux") return this.ask<number>("cpu");
    // Finer than what the process is told of itself, and the same for every runtime.
    const tasks = `/proc/${this.pid}/task`;
    let nanos = 0;
    for (const task of readdirSync(tasks)) {
      nanos += Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]);
    }
    return nanos / 1_000;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const closed = once(this.#process, "close");
    this.#process.kill("SIGKILL");
    await closed;
  }

  #wait(id: number): Promise<unknown> {
    const reply = new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
    reply.catch(() => {});
    return reply;
  }

  #hear(line: string): void {
    // What a library prints to standard output is no reply.
    if (!line.startsWith('{"id":')) return;
    const { id, value, error } = JSON.parse(line) as Reply;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }

  #over(how: string): void {
    const error = new Error(`A process of the benchmark ${how}. ${this.#errors}`);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
