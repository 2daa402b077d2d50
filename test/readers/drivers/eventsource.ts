import { EventSource } from "eventsource";
import { EventSource as Undici } from "undici";
import type { Sign } from "../heard.ts";
import { NAMES, type Reader } from "../reader.ts";

/** The interface of browsers, as libraries for Node have it. */
interface Source {
  readonly readyState: number;
  onopen: unknown;
  onmessage: unknown;
  onerror: unknown;
  addEventListener(name: string, listener: (event: Message) => void): void;
  close(): void;
}

interface Message {
  readonly type: string;
  readonly data: string;
  readonly lastEventId: string;
}

const CLOSED = 2;

function listen(source: Source, heard: (sign: Sign) => void): () => Promise<void> {
  const event = ({ type: name, data, lastEventId: id }: Message) => heard({ kind: "event", name, data, id });
  source.onopen = () => heard({ kind: "open" });
  source.onmessage = event;
  for (const name of NAMES) source.addEventListener(name, event);
  source.onerror = () => heard({ kind: source.readyState === CLOSED ? "over" : "error" });
  return async () => source.close();
}

export const eventsource: Reader = {
  name: "eventsource",
  package: "eventsource",
  runsIn: "Node",
  open: async ({ origin }, path, heard) => listen(new EventSource(origin + path), heard),
};

export const undici: Reader = {
  name: "undici",
  package: "undici",
  runsIn: "Node",
  open: async ({ origin }, path, heard) => listen(new Undici(origin + path), heard),
};
