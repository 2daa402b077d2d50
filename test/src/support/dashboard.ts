import { type ChildProcess, spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { root } from "./run.ts";

const folder = join(root, "examples/dashboard");

/** A dashboard that runs as a process of its own. */
export interface Dashboard {
  readonly address: string;
  /** What it has printed. */
  readonly output: () => string;
  /** Sends a signal, and resolves with the exit code, or with the signal's name if that ended it. */
  stop(signal?: "SIGTERM" | "SIGINT" | "SIGKILL"): Promise<number | string>;
}

/** Starts the dashboard by its own start command; `npm` in between would answer for its exit code. */
export async function startDashboard(port: number | string): Promise<Dashboard> {
  const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    readonly scripts: { readonly start: string };
  };
  const [program = "", ...args] = scripts.start.split(" ");
  const child = spawn(program === "node" ? process.execPath : program, args, {
    cwd: folder,
    env: { ...process.env, PORT: `${port}` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? ""));
  });
  const address = await new Promise<string>((resolve, reject) => {
    const read = (text: string): void => {
      output += text;
      // The last line it prints: all of them are there.
      const [, found] = /curl -N (\S+)\/events\n/.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", read);
    child.stderr.setEncoding("utf8").on("data", read);
    ended.then((how) => reject(new Error(`It ended with ${how}:\n${output}`)), reject);
  });
  return { address, output: () => output, stop: (signal) => stop(child, ended, signal) };
}

function stop(
  child: ChildProcess,
  ended: Promise<number | string>,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<number | string> {
  child.kill(signal);
  return ended;
}

/** A server that does nothing but hold a port. */
export async function holdPort(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, server };
}
