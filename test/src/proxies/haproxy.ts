import { join } from "node:path";
import type { Driver } from "./driver.ts";

export const haproxy: Driver = {
  name: "HAProxy",
  program: "haproxy",
  package: "haproxy",
  language: "haproxy",
  moves: (which, { folder, port, upstream }) => ({
    "127.0.0.1:3000": upstream,
    ...(which === "smallest"
      ? { "bind :80": `bind 127.0.0.1:${port}` }
      : { "bind :443": `bind 127.0.0.1:${port}`, "/etc/ssl/": join(folder, "/") }),
  }),
  // A master with a worker, as Debian's service runs it: a reload is a new worker.
  arguments: (file) => ["-W", "-db", "-f", file],
  reload: "SIGUSR2",
  quit: "SIGUSR1",
  stop: "SIGTERM",
  impatient: { "timeout client 60s": "timeout client 2s", "timeout server 60s": "timeout server 2s" },
  hurried: { "hard-stop-after 30s": "hard-stop-after 1s" },
  reloadCuts: true,
  compresses: false,
};
