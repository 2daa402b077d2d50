import { once } from "node:events";
import type { AddressInfo, Server } from "node:net";

/** Listens on a free port of the loopback, and gives the port. */
export async function listening(server: Server): Promise<number> {
  // A backlog for all readers at once: with the default of 511 connects would be measured by their retries.
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}
