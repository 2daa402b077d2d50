type Handler = (request: Request, ...rest: never[]) => Response | Promise<Response>;

/** What is used of Bun and Deno. */
interface Runtimes {
  readonly Bun?: {
    serve(options: { port: number; hostname: string; idleTimeout: number; fetch: Handler }): {
      readonly port: number;
    };
  };
  readonly Deno?: {
    serve(
      options: { port: number; hostname: string; onListen: () => void },
      handler: Handler,
    ): { readonly addr: { readonly port: number } };
  };
}

/** Serves on Bun's or Deno's own server, on a free port of the loopback. */
export function serveWeb(fetch: Handler): number {
  const { Bun, Deno } = globalThis as Runtimes;
  const hostname = "127.0.0.1";
  if (Bun !== undefined) return Bun.serve({ port: 0, hostname, idleTimeout: 0, fetch }).port;
  if (Deno === undefined) throw new Error("This server is for Bun and Deno.");
  return Deno.serve({ port: 0, hostname, onListen: () => {} }, fetch).addr.port;
}
