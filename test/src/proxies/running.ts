import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { makeCertificate } from "./certificate.ts";
import { type Changes, changed, documented, type Shown } from "./documented.ts";
import type { Driver } from "./driver.ts";
import { environment } from "./installed.ts";

/** Which configuration it runs. */
export interface Setup {
  readonly which: Shown;
  /** The address of the server behind it. */
  readonly upstream: string;
  /** What is otherwise than documented. */
  readonly changes?: Changes;
}

/** A proxy that runs as a child of this process, with a folder of its own. */
export class RunningProxy {
  readonly url: string;
  readonly #driver: Driver;
  readonly #folder: string;
  readonly #file: string;
  readonly #port: number;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #output = "";

  private constructor(driver: Driver, which: Shown, folder: string, port: number) {
    this.#driver = driver;
    this.#folder = folder;
    this.#file = join(folder, "configuration");
    this.#port = port;
    // What it keeps for its user, it keeps in the folder.
    this.#env = { ...environment, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    this.url = `${which === "smallest" ? "http" : "https"}://127.0.0.1:${port}`;
  }

  static async start(driver: Driver, setup: Setup): Promise<RunningProxy> {
    for (let attempts = 5; ; attempts--) {
      const folder = await mkdtemp(join(tmpdir(), "longwave-proxy-"));
      // Its workers may run as another user.
      await chmod(folder, 0o755);
      if (setup.which === "complete") await makeCertificate(folder);
      const proxy = new RunningProxy(driver, setup.which, folder, await freePort());
      try {
        await proxy.#configure(setup);
        await proxy.#run();
        return proxy;
      } catch (error) {
        await proxy.stop();
        // Somebody else may have taken the port meanwhile.
        if (attempts === 1) throw error;
      }
    }
  }

  /** Has it read a configuration again, the same or another, as an operator does. */
  async reload(setup: Setup): Promise<void> {
    await this.#configure(setup);
    const { reload, program } = this.#driver;
    if (typeof reload === "string") this.#child?.kill(reload);
    else
      await promisify(execFile)(program, reload(this.#file, this.#folder), {
        cwd: this.#folder,
        env: this.#env,
      });
  }

  /** Ends it as an operator does, and starts it again where it was. */
  async restart(): Promise<void> {
    await this.#end(this.#driver.quit);
    await this.#run();
  }

  async stop(): Promise<void> {
    await this.#end(this.#driver.stop);
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #configure({ which, upstream, changes = {} }: Setup): Promise<void> {
    const place = { folder: this.#folder, port: this.#port, upstream: new URL(upstream).host };
    const shown = await documented(this.#driver.language, which);
    await writeFile(this.#file, changed(changed(shown, changes), this.#driver.moves(which, place)));
  }

  /** Resolves when it listens. */
  async #run(): Promise<void> {
    const child = spawn(this.#driver.program, this.#driver.arguments(this.#file, this.#folder), {
      cwd: this.#folder,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const output of [child.stdout, child.stderr])
      output.setEncoding("utf8").on("data", (text: string) => (this.#output += text));
    this.#child = child;
    while (!isOver(child)) {
      if (await answers(this.#port)) return;
      // It does not say when it listens.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`${this.#driver.name} did not start:\n${this.#output}`);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child === undefined || isOver(this.#child)) return;
    const closed = once(this.#child, "close");
    this.#child.kill(signal);
    await closed;
  }
}

function isOver({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

// Below the ports that systems give out by themselves, and some for each worker: else another test's server may take one
// between its being found free and the proxy's listening there, and answer in its place.
const FIRST_PORT = 20_000;
const PORTS_PER_WORKER = 700;
const WORKERS = 16;
let nextPort = Math.floor(Math.random() * PORTS_PER_WORKER);

async function freePort(): Promise<number> {
  const worker = Number(process.env["VITEST_POOL_ID"] ?? 0) % WORKERS;
  for (let tried = 0; tried < PORTS_PER_WORKER; tried++) {
    const port = FIRST_PORT + worker * PORTS_PER_WORKER + (nextPort++ % PORTS_PER_WORKER);
    if (await isFree(port)) return port;
  }
  throw new Error(`None of the ${PORTS_PER_WORKER} ports of this worker is free.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, "127.0.0.1");
    server.once("error", () => resolve(false));
    server.once("listening", () => server.close(() => resolve(true)));
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
