import { join } from "node:path";
import type { Driver } from "./driver.ts";

const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

export const nginx: Driver = {
  name: "nginx",
  program: "nginx",
  package: "nginx-light",
  language: "nginx",
  moves: (which, { folder, port, upstream }) => ({
    "http {": `http { access_log off; ${temporary.map((kind) => `${kind}_temp_path ${kind};`).join(" ")}`,
    "127.0.0.1:3000": upstream,
    ...(which === "smallest"
      ? { "listen 80;": `listen 127.0.0.1:${port};` }
      : { "listen 443 ": `listen 127.0.0.1:${port} `, "/etc/ssl/": join(folder, "/") }),
  }),
  arguments: (file, folder) => [...common(file, folder), "-g", "pid pid; daemon off;"],
  reload: (file, folder) => [...common(file, folder), "-g", "pid pid;", "-s", "reload"],
  quit: "SIGQUIT",
  stop: "SIGTERM",
  impatient: { "proxy_read_timeout 60s": "proxy_read_timeout 2s" },
  hurried: { "worker_shutdown_timeout 30s": "worker_shutdown_timeout 1s" },
  reloadCuts: true,
  compresses: true,
};

/** What is written without a leading `/`, in the configuration too, is in the folder. */
function common(file: string, folder: string): string[] {
  return ["-p", folder, "-e", "stderr", "-c", file];
}
