import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Example, startExample } from "./example.ts";

/** A dashboard that runs as a process of its own. */
export type Dashboard = Example;

/** Starts the dashboard by its own start command, up to the last line that it prints. */
export function startDashboard(port: number | string): Promise<Dashboard> {
  return startExample("dashboard", "start", port, /curl -N (\S+)\/events\n/);
}

/** A server that does nothing but hold a port. */
export async function holdPort(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, server };
}
