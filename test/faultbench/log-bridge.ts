import type { ChildProcess } from "node:child_process";
import {
  type Entry,
  type Following,
  type Found,
  type Log,
  type Mark,
  type Position,
  SseError,
} from "@longwave/core";

type Request = {
  readonly type: "log";
  readonly id: number;
  readonly verb: "append" | "after" | "follow" | "stop";
  readonly args: readonly unknown[];
};

type Reply =
  | {
      readonly type: "log-answer";
      readonly id: number;
      readonly value?: unknown;
      readonly code?: string;
      readonly message?: string;
    }
  | { readonly type: "log-entries"; readonly id: number; readonly entries: readonly Entry[] }
  | { readonly type: "log-broken"; readonly id: number };

/** Serves a log of this process to a child, so that it outlives the child and is shared with others. */
export function serveLog(child: ChildProcess, log: Log): void {
  const stops = new Map<number, () => Promise<void>>();
  const send = (reply: Reply) => {
    if (child.connected) child.send(reply);
  };
  const run = async ({ id, verb, args }: Request): Promise<unknown> => {
    switch (verb) {
      case "append":
        return log.append(...(args as [string, Uint8Array, Mark | undefined]));
      case "after":
        return log.after(...(args as [Position, ReadonlySet<string>, number]));
      case "stop":
        await stops.get(args[0] as number)?.();
        stops.delete(args[0] as number);
        return undefined;
      case "follow": {
        const { head, finished, stop } = await log.follow(
          (entries) => send({ type: "log-entries", id, entries }),
          () => {
            stops.delete(id);
            send({ type: "log-broken", id });
          },
        );
        stops.set(id, stop);
        return { head, finished };
      }
    }
  };
  child.on("message", (message: Request) => {
    if (message.type !== "log") return;
    run(message).then(
      (value) => send({ type: "log-answer", id: message.id, value }),
      (error: unknown) => {
        const code = error instanceof SseError ? error.code : "LOG_FAILED";
        send({ type: "log-answer", id: message.id, code, message: String(error) });
      },
    );
  });
  child.once("exit", () => {
    for (const stop of stops.values()) void stop();
    stops.clear();
    void log.close();
  });
}

interface Follower {
  readonly deliver: (entries: readonly Entry[]) => void;
  readonly broken: (why: SseError) => void;
}

interface Call {
  readonly resolve: (value: never) => void;
  readonly reject: (error: SseError) => void;
}

/** The log that the parent process serves. */
export class ParentLog implements Log {
  readonly #calls = new Map<number, Call>();
  readonly #followers = new Map<number, Follower>();
  #asked = 0;

  constructor() {
    process.on("message", (reply: Reply) => this.#onreply(reply));
  }

  append(topic: string, body: Uint8Array, mark?: Mark): Promise<Position> {
    return this.#call("append", [topic, body, mark]);
  }

  after(at: Position, topics: ReadonlySet<string>, limit: number): Promise<Found> {
    return this.#call("after", [at, topics, limit]);
  }

  async follow(deliver: Follower["deliver"], broken: Follower["broken"]): Promise<Following> {
    // Deliveries may come before the answer.
    const id = this.#asked + 1;
    this.#followers.set(id, { deliver, broken });
    try {
      const { head, finished } = await this.#call<Following>("follow", []);
      const stop = async () => {
        if (this.#followers.delete(id) && process.connected) await this.#call("stop", [id]);
      };
      return { head, finished, stop };
    } catch (error) {
      this.#followers.delete(id);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#followers.clear();
  }

  #call<T>(verb: Request["verb"], args: readonly unknown[]): Promise<T> {
    const id = ++this.#asked;
    return new Promise<T>((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      process.send?.({ type: "log", id, verb, args } satisfies Request);
    });
  }

  #onreply(reply: Reply): void {
    if (reply.type === "log-entries") this.#followers.get(reply.id)?.deliver(reply.entries);
    else if (reply.type === "log-broken") {
      const follower = this.#followers.get(reply.id);
      this.#followers.delete(reply.id);
      follower?.broken(new SseError("LOG_FAILED", "The log broke."));
    } else if (reply.type === "log-answer") {
      const call = this.#calls.get(reply.id);
      this.#calls.delete(reply.id);
      if (reply.code === undefined) call?.resolve(reply.value as never);
      else
        call?.reject(
          new SseError(reply.code === "TOPIC_FINISHED" ? reply.code : "LOG_FAILED", reply.message ?? ""),
        );
    }
  }
}
