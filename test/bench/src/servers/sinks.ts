// No server: readers whose sinks throw all away, in this process. Tells what a delivery allocates.
import { type Exchange, Hub, type Sink, type SinkOwner } from "@longwave/core";
import { answer } from "../answer.ts";

class Nowhere implements Sink {
  owner: SinkOwner | undefined;
  static writes = 0;

  write(): boolean {
    Nowhere.writes++;
    return true;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}
}

function reader(): Exchange {
  return {
    method: "GET",
    url: "/",
    address: undefined,
    header: () => undefined,
    open: () => new Nowhere(),
    answer: () => {},
    fail: (error) => {
      throw error;
    },
  };
}

const hub = new Hub();

async function deliver(events: number): Promise<void> {
  for (let i = 0; i < events; i++) {
    await hub.publish("all", { data: "x" });
    await hub.settled();
  }
}

answer(
  {
    /** Bytes of heap that one delivery takes, before any collection: the process must have a young generation for all. */
    allocations: async ({ readers, events }: { readonly readers: number; readonly events: number }) => {
      const opened = Array.from({ length: readers }, () => hub.stream(reader()).subscribe("all"));
      await Promise.all(opened);
      await deliver(events);
      (globalThis as { gc?: () => void }).gc?.();
      const writes = Nowhere.writes;
      const before = process.memoryUsage().heapUsed;
      await deliver(events);
      const grown = process.memoryUsage().heapUsed - before;
      return { deliveries: Nowhere.writes - writes, bytes: grown };
    },
  },
  {},
);
