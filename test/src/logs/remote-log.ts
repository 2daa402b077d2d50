import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import {
  type Entry,
  type Following,
  type Found,
  type HistoryOptions,
  type Log,
  type Mark,
  type Position,
  SseError,
} from "@longwave/core";

export interface RemoteLogOptions {
  /** The bounds of the memory log in the other process. */
  readonly history?: HistoryOptions;
  /** The same seed gives the same delays and breaks. */
  readonly seed?: number;
  /** How long a message may be under way, in milliseconds: requests, answers and deliveries each. */
  readonly maxDelay?: number;
  /** After how many requests, in the mean, the connection breaks of itself. 0: never. */
  readonly breakEvery?: number;
}

export interface RemoteLog {
  readonly log: Log;
  /** Another client of the same log, for a second hub. */
  connect(): Promise<Log>;
  /** Tells all followers that it is broken and rejects what is in flight; then it serves again. */
  break(): void;
  /** A break, after which the log is another: empty, of a new epoch, which is returned. */
  restart(): Promise<string>;
  stop(): Promise<void>;
}

type Message =
  | { readonly type: "ready" }
  | { readonly type: "broken" }
  | { readonly type: "entries"; readonly id: number; readonly entries: readonly Entry[] }
  | { readonly type: "answer"; readonly id: number; readonly value?: unknown; readonly error?: Failure };

/** An error as it comes over the channel. */
interface Failure {
  readonly code?: string;
  readonly message: string;
}

interface Call {
  readonly client: Client | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: SseError) => void;
}

interface Follower {
  readonly client: Client;
  readonly deliver: (entries: readonly Entry[]) => void;
  readonly broken: (why: SseError) => void;
}

/**
 * A log that is in another process, and as slow and as frail as a log over a network: every message takes a random
 * time, answers overtake each other and what is delivered, entries come before the answer to `follow`. Appends of one
 * client keep their order, as on one connection.
 */
export async function startRemoteLog(options: RemoteLogOptions = {}): Promise<RemoteLog> {
  const { history = {}, seed = 1, maxDelay = 3, breakEvery = 0 } = options;
  const file = fileURLToPath(new URL("remote-log-process.mjs", import.meta.url));
  const child = fork(file, [JSON.stringify({ history, seed, maxDelay, breakEvery })], {
    // Sends bytes as bytes.
    serialization: "advanced",
    // The flags of the test process are not the log's.
    execArgv: [],
  });
  const channel = new Channel(child);
  await channel.ready;
  return {
    log: new Client(channel),
    connect: async () => new Client(channel),
    break() {
      // If the process is gone, all are told that too.
      channel.breakOff("break").catch(() => {});
    },
    async restart() {
      return String(await channel.breakOff("restart"));
    },
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, "exit");
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** The parent's end of the IPC channel, shared by all clients. */
class Channel {
  readonly ready: Promise<void>;
  readonly #child: ChildProcess;
  readonly #calls = new Map<number, Call>();
  readonly #followers = new Map<number, Follower>();
  #made = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.ready = new Promise((resolve, reject) => {
      child.on("message", (message: Message) => {
        if (message.type === "ready") resolve();
        else this.#onmessage(message);
      });
      child.once("exit", (code) => {
        reject(new Error(`The log's process ended with ${code}.`));
        this.#tell([...this.#calls.keys()]);
      });
    });
  }

  call(client: Client | undefined, verb: string, rest: object, follower?: Follower): Promise<unknown> {
    const id = ++this.#made;
    if (follower !== undefined) this.#followers.set(id, follower);
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { client, resolve, reject });
      const request = { id, verb, client: client?.number, ...rest };
      if (this.#child.connected) this.#child.send(request);
      else this.#fail(id, "The log's process is gone.");
    });
  }

  /** Follows, and gives what stops it. */
  async follow(follower: Follower): Promise<Following> {
    const id = this.#made + 1;
    try {
      const following = (await this.call(follower.client, "follow", {}, follower)) as Omit<Following, "stop">;
      return { ...following, stop: () => this.#stop(follower.client, id) };
    } catch (error) {
      this.#followers.delete(id);
      throw error;
    }
  }

  async #stop(client: Client, id: number): Promise<void> {
    if (this.#followers.delete(id)) await this.call(client, "stop", { follower: id }).catch(() => {});
  }

  /** Has the other end break off. It hears that before anything that is asked by those who are told here. */
  breakOff(verb: "break" | "restart"): Promise<unknown> {
    const calls = [...this.#calls.keys()];
    const answered = this.call(undefined, verb, {});
    this.#tell(calls);
    return answered;
  }

  /** One client has closed. A log that was closed on purpose has nobody to tell. */
  leave(client: Client): void {
    for (const [id, call] of this.#calls) if (call.client === client) this.#fail(id, "The log is closed.");
    for (const [id, follower] of this.#followers) {
      if (follower.client === client) void this.#stop(client, id);
    }
  }

  #tell(calls: readonly number[]): void {
    const followers = [...this.#followers.values()];
    this.#followers.clear();
    for (const id of calls) this.#fail(id, "The connection to the log broke.");
    for (const { broken } of followers) broken(away("The connection to the log broke."));
  }

  #fail(id: number, message: string, code?: string): void {
    // The one error that is the caller's own affair; all others are the log's.
    const error = code === "TOPIC_FINISHED" ? new SseError(code, message) : away(message);
    this.#calls.get(id)?.reject(error);
    this.#calls.delete(id);
  }

  #onmessage(message: Message): void {
    if (message.type === "broken") this.#tell([...this.#calls.keys()]);
    else if (message.type === "entries") this.#followers.get(message.id)?.deliver(message.entries);
    else if (message.type === "answer") {
      if (message.error !== undefined) {
        this.#fail(message.id, message.error.message, message.error.code);
        return;
      }
      this.#calls.get(message.id)?.resolve(message.value);
      this.#calls.delete(message.id);
    }
  }
}

let clients = 0;

class Client implements Log {
  readonly number: number = ++clients;
  readonly #channel: Channel;
  #closed = false;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  append(topic: string, body: Uint8Array, mark?: Mark): Promise<Position> {
    return this.#call("append", { topic, body, mark }) as Promise<Position>;
  }

  async follow(
    deliver: (entries: readonly Entry[]) => void,
    broken: (why: SseError) => void,
  ): Promise<Following> {
    if (this.#closed) throw away("The log is closed.");
    return this.#channel.follow({ client: this, deliver, broken });
  }

  after(at: Position, topics: ReadonlySet<string>, limit: number): Promise<Found> {
    return this.#call("after", { at, topics: [...topics], limit }) as Promise<Found>;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#channel.leave(this);
  }

  async #call(verb: string, rest: object): Promise<unknown> {
    if (this.#closed) throw away("The log is closed.");
    return this.#channel.call(this, verb, rest);
  }
}

function away(message: string): SseError {
  return new SseError("LOG_FAILED", message, { status: 503 });
}
