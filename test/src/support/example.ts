import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "./run.ts";

/** An example that runs as a process of its own. */
export interface Example {
  /** Without a slash at its end. */
  readonly address: string;
  /** What it has printed. */
  readonly output: () => string;
  /** Sends a signal, and resolves with the exit code, or with the signal's name if that ended it. */
  stop(signal?: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | string>;
}

/**
 * Starts an example by a script of its own; `npm` in between would answer for its exit code. It listens once it has
 * printed what is looked for, with its address as the first group.
 */
export async function startExample(
  name: string,
  script = "start",
  port: number | string = 0,
  listening: RegExp = /(http:\S+?)\/?\n/,
): Promise<Example> {
  const cwd = join(root, "examples", name);
  const { scripts } = JSON.parse(await readFile(join(cwd, "package.json"), "utf8")) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const [program = "", ...args] = (scripts[script] ?? "").split(" ");
  const child = spawn(
    program === "node" ? process.execPath : join(root, "node_modules/.bin", program),
    args,
    {
      cwd,
      env: { ...process.env, PORT: `${port}` },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let output = "";
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? ""));
  });
  const address = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      output += text;
      const [, found] = listening.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    ended.then((how) => reject(new Error(`It ended with ${how}:\n${output}`)), reject);
  });
  return {
    address,
    output: () => output,
    stop(signal = "SIGKILL") {
      child.kill(signal);
      return ended;
    },
  };
}
