import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type EventStream, type HubOptions, type Log, MemoryLog, SseError } from "@longwave/core";
import { type NodeSse, sse } from "@longwave/core/node";
import { afterEach, expect } from "vitest";
import type { Visit } from "../../../conformance/client/asking.ts";
import { Reader } from "../../../conformance/client/reader.ts";

export type Events = Record<never, never>;
type Route = (stream: EventStream<Events>, request: IncomingMessage, response: ServerResponse) => unknown;

export interface Running {
  readonly events: NodeSse<Events>;
  /** Opens a reader of a route by its path. */
  open(path: string, visit?: Visit): Promise<Reader>;
  /** A reader of the topic `bystander` that nothing of a test may touch; held to it at its end. */
  readonly bystander: Reader;
}

/** Ends of what a test has started. */
export const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end();
});

/** What would end the process. Vitest tells of it too, but not in which test. */
const unhandled: unknown[] = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
afterEach(() => {
  expect(unhandled.splice(0)).toEqual([]);
});

export async function run(
  routes: Readonly<Record<string, Route>>,
  options: HubOptions = {},
): Promise<Running> {
  const events = sse<Events>(options);
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const stream = events(request, response);
    if (path === "/bystander") void stream.subscribe("bystander");
    else void routes[path]?.(stream, request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  endings.push(async () => {
    server.closeAllConnections();
    await events.close();
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const open = (path: string, visit?: Visit): Promise<Reader> => Reader.open(url + path, visit);
  const bystander = await open("/bystander");
  await bystander.next();
  return { events, open, bystander };
}

/** Others are served as before. */
export async function assertUndisturbed({ events, bystander }: Running): Promise<void> {
  const before = bystander.own.length;
  await events.publish("bystander", { data: "undisturbed" });
  expect((await bystander.data(before + 1)).at(-1)).toBe("undisturbed");
}

export function codeOf(task: () => unknown): string {
  try {
    task();
  } catch (error) {
    if (error instanceof SseError) return error.code;
    throw error;
  }
  return "none";
}

/** A log whose answers to `after` wait for the test. */
export function heldLog(): { log: Log; release: () => void; asked: Promise<void> } {
  const inner = new MemoryLog();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let ask = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });
  const log: Log = {
    append: (topic, body, mark) => inner.append(topic, body, mark),
    follow: (deliver) => inner.follow(deliver),
    after: async (at, topics, limit) => {
      ask();
      await held;
      return inner.after(at, topics, limit);
    },
    close: () => inner.close(),
  };
  return { log, release, asked };
}
