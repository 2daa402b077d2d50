// One of the servers that are replaced: told by IPC to publish and to drain. After a drain nothing is left that would
// keep it alive, and it ends by itself.
import { createServer } from "node:http";
import { sse } from "@longwave/core/node";
import { ParentLog } from "./parent-log.mjs";

const { shared, retry } = JSON.parse(process.argv[2]);
const events = sse({ retry, ...(shared ? { log: new ParentLog() } : {}) });
const server = createServer((request, response) => void events(request, response).subscribe("numbers"));

async function drain(within) {
  // It listens meanwhile: whom the balancer has sent here still is told to come back.
  const report = await events.drain({ within });
  await new Promise((resolve) => {
    server.close(resolve);
  });
  process.send({ what: "drained", report });
  process.disconnect();
}

process.on("message", ({ what, number, within }) => {
  if (what === "publish") void events.publish("numbers", { data: number });
  else if (what === "drain") void drain(within);
});
server.listen(0, "127.0.0.1", () => process.send({ what: "listening", port: server.address().port }));
