import { join } from "node:path";
import type { Driver } from "./driver.ts";

export const caddy: Driver = {
  name: "Caddy",
  program: "caddy",
  package: "caddy",
  language: "caddyfile",
  moves(which, { folder, port, upstream }) {
    const options = `admin unix/${join(folder, "admin.sock")}
  default_bind 127.0.0.1
  auto_https off`;
    return {
      "127.0.0.1:3000": upstream,
      ...(which === "smallest"
        ? { ":80 {": `{\n  ${options}\n}\n\n:${port} {` }
        : {
            "{\n  grace_period": `{\n  ${options}\n  grace_period`,
            ":443 {": `:${port} {`,
            "/etc/ssl/": join(folder, "/"),
          }),
    };
  },
  arguments: (file) => ["run", "--adapter", "caddyfile", "--config", file],
  reload: (file) => ["reload", "--force", "--adapter", "caddyfile", "--config", file],
  quit: "SIGTERM",
  stop: "SIGKILL",
  impatient: { "read_timeout 60s": "read_timeout 2s" },
  hurried: { "grace_period 30s": "grace_period 1s" },
  // Streams stay with the configuration that they began with.
  reloadCuts: false,
  compresses: false,
};
