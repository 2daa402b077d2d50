// A loop over web streams, without a framework: what Deno can do (and Bun by the same code).
import { frameOf } from "../event.ts";
import { serve } from "../fixture.ts";
import { serveWeb } from "../web.ts";

const encoder = new TextEncoder();
const HELLO = encoder.encode(": hello\n\n");
const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
let turn = "";

const port = serveWeb(() => {
  let mine: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      mine = controller;
      streams.add(controller);
      controller.enqueue(HELLO);
    },
    cancel: () => {
      if (mine !== undefined) streams.delete(mine);
    },
  });
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
    for (const stream of streams) stream.enqueue(bytes);
  },
});
