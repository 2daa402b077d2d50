// Bun's own loop, by its direct streams: what Bun can do.
import { frameOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { serveWeb } from "../web.ts";

interface Direct {
  write(bytes: Uint8Array): void;
  flush(): void;
}

const encoder = new TextEncoder();
const HELLO = encoder.encode(": hello\n\n");
const streams = new Set<Direct>();
let turn = "";

const port = serveWeb((request) => {
  const source = {
    type: "direct",
    async pull(controller: Direct) {
      streams.add(controller);
      controller.write(HELLO);
      controller.flush();
      await new Promise((resolve) => {
        request.signal.addEventListener("abort", resolve);
      });
      streams.delete(controller);
    },
  };
  const body = new ReadableStream(source as unknown as UnderlyingDefaultSource);
  return new Response(body, {
    headers: { "content-type": "text/event-stream", "cache-control": "no-cache" },
  });
});

serve({
  port,
  open: () => streams.size,
  publish: (_topic, event) => {
    turn += frameOf(event);
  },
  endTurn: () => {
    const bytes = encoder.encode(turn);
    turn = "";
    for (const stream of streams) {
      stream.write(bytes);
      stream.flush();
    }
  },
});
