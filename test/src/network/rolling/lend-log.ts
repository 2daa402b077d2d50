import type { ChildProcess } from "node:child_process";
import { type Log, type Position, SseError } from "@longwave/core";

interface Request {
  readonly log: "append" | "after" | "follow" | "stop";
  readonly id: number;
  readonly rest: readonly unknown[];
}

/** Lends a log to a child process, which reaches it by IPC: `parent-log.mjs` there. */
export function lendLog(log: Log, child: ChildProcess): void {
  const following = new Map<number, () => Promise<void>>();

  const send = (message: object): void => {
    if (child.connected) child.send(message);
  };

  async function answer({ log: verb, rest }: Request): Promise<unknown> {
    if (verb === "append") {
      const [topic, body, mark] = rest as Parameters<Log["append"]>;
      return log.append(topic, body, mark);
    }
    if (verb === "after") {
      const [at, topics, limit] = rest as [Position, ReadonlySet<string>, number];
      return log.after(at, topics, limit);
    }
    const [id] = rest as [number];
    if (verb === "stop") {
      await following.get(id)?.();
      following.delete(id);
      return undefined;
    }
    const { stop, ...found } = await log.follow(
      (entries) => send({ log: "entries", id, entries }),
      () => send({ log: "broken", id }),
    );
    following.set(id, stop);
    return found;
  }

  child.on("message", (message: object) => {
    if (!("log" in message)) return;
    const request = message as Request;
    answer(request).then(
      (value) => send({ log: "answer", id: request.id, value }),
      (error: unknown) => {
        const code = error instanceof SseError ? error.code : "LOG_FAILED";
        send({ log: "answer", id: request.id, code });
      },
    );
  });
  child.once("exit", () => {
    for (const stop of following.values()) void stop();
  });
}
