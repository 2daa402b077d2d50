import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const LAUNCH = fileURLToPath(new URL("launch.mjs", import.meta.url));

/** A process of the bench, and its messages. */
export class Child<From extends { readonly type: string }, To> {
  readonly process: ChildProcess;
  readonly #heard: ((message: From) => void)[] = [];

  constructor(name: string, options: object) {
    this.process = fork(LAUNCH, [name, JSON.stringify(options)], {
      // Bytes go as bytes, sets as sets.
      serialization: "advanced",
      execArgv: ["--expose-gc"],
      // Else Express prints every refusal.
      env: { ...process.env, NODE_ENV: "test" },
    });
    this.process.on("message", (message: From) => {
      for (const listener of this.#heard) listener(message);
    });
  }

  on(listener: (message: From) => void): void {
    this.#heard.push(listener);
  }

  tell(message: To): void {
    if (this.process.connected) this.process.send(message as object);
  }

  /** The next message of a type; rejects when the process ends, or says nothing in time. */
  hears<Type extends From["type"]>(type: Type, seconds = 60): Promise<Extract<From, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const fail = () => {
        stop();
        reject(new Error(`It never said "${type}".`));
      };
      const timer = setTimeout(fail, seconds * 1_000);
      const listener = (message: From) => {
        if (message.type !== type) return;
        stop();
        resolve(message as Extract<From, { type: Type }>);
      };
      const stop = () => {
        clearTimeout(timer);
        this.process.off("exit", fail);
        this.#heard.splice(this.#heard.indexOf(listener), 1);
      };
      this.#heard.push(listener);
      this.process.once("exit", fail);
    });
  }

  /** Resolves to the exit code; a process that does not end by itself is killed, and `null`. */
  async exits(seconds: number): Promise<number | null> {
    const { process } = this;
    if (process.exitCode !== null || process.signalCode !== null) return process.exitCode;
    const timer = setTimeout(() => process.kill("SIGKILL"), seconds * 1_000);
    await once(process, "exit");
    clearTimeout(timer);
    return process.exitCode;
  }

  /** Ends it without waiting for its own end. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.kill("SIGKILL");
    await once(this.process, "exit");
  }
}
