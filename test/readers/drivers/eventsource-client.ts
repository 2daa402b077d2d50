import { createEventSource } from "eventsource-client";
import type { Reader } from "../reader.ts";

export const eventsourceClient: Reader = {
  name: "eventsource-client",
  package: "eventsource-client",
  runsIn: "Node",
  async open({ origin }, path, heard) {
    const source = createEventSource({
      url: origin + path,
      onConnect: () => heard({ kind: "open" }),
      // One callback for all names.
      onMessage: ({ event: name = "message", data, id = "" }) => heard({ kind: "event", name, data, id }),
      onDisconnect: () => {
        // It closes itself right after it has told of a 204.
        queueMicrotask(() => heard({ kind: source.readyState === "closed" ? "over" : "error" }));
      },
    });
    return async () => source.close();
  },
};
