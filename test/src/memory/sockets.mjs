// A process of its own, for its heap alone: 100 readers over real sockets, ten of which stall, and 5,000 events of
// 4 kB (more than the system's own buffers take for a stalled reader), with settled() as the brake. The readers are in
// another process. Prints as JSON what it holds after collection, and how the readers fared.
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { sse } from "@longwave/core/node";

const READERS = 100;
const SLOW = 10;
const EVENTS = 5_000;
const PER_TURN = 10;
/** Less than what is published, and more than the tail's window holds anyway. */
const HISTORY_BYTES = 4 * 1024 * 1024;

function held() {
  globalThis.gc();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** What a reader's process says next of a kind. */
function said(readers, what) {
  return new Promise((resolve) => {
    readers.on("message", function listen(message) {
      if (message.what !== what) return;
      readers.off("message", listen);
      resolve(message);
    });
  });
}

async function run(count) {
  let gaps = 0;
  const observer = { gap: () => gaps++ };
  const events = sse({ history: { bytes: HISTORY_BYTES }, stallTimeout: false, observer });
  const server = createServer((request, response) => void events(request, response).subscribe("topic"));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const readers = fork(fileURLToPath(new URL("socket-readers.mjs", import.meta.url)), [], { execArgv: [] });
  const connected = said(readers, "connected");
  const { port } = server.address();
  readers.send({ what: "connect", port, readers: READERS, slow: SLOW, events: count });
  await connected;

  const padding = "x".repeat(4_000);
  const before = held();
  const stalled = said(readers, "stalled");
  readers.send({ what: "stall" });
  await stalled;
  for (let number = 1; number <= count; number++) {
    void events.publish("topic", { data: `${number} ${padding}` });
    // A brake for those that read; those that stall are not waited for.
    if (number % PER_TURN === 0) await events.settled({ patience: 2_000 });
  }
  const grown = held() - before;

  const done = said(readers, "done");
  readers.send({ what: "resume" });
  const { fast, returned, faults } = await done;
  readers.disconnect();
  await events.close();
  server.closeAllConnections();
  server.close();
  const bound = HISTORY_BYTES + SLOW * 64 * 1024;
  return { grown, bound, fast, returned, faults, told: gaps };
}

// What is compiled and cached at first is not what is asked for.
await run(1_000);
console.log(JSON.stringify(await run(EVENTS)));
