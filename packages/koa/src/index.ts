import {
  type EventStream,
  hubOf,
  type SseError,
  type SseEvents,
  type SseOptions,
  type SseVerbs,
  withVerbs,
} from "@longwave/core";
import { node } from "@longwave/core/node";
import type { Context, Middleware, Next } from "koa";

declare module "koa" {
  interface DefaultContext {
    /** This response as an event stream. It opens at its first verb; until then any other answer is possible. */
    readonly sse: EventStream;
  }
}

/** What {@link sse} adds to a context, for contexts with events of their own: `Router<State, SseContext<MyEvents>>`. */
export interface SseContext<Events = SseEvents> {
  readonly sse: EventStream<Events>;
}

/** What {@link sse} returns: middleware, and the verbs of its hub. */
export type KoaSse<Events = SseEvents> = Middleware & SseVerbs<Events>;

/**
 * Event streams for Koa: middleware that hangs `sse` on every context, and stays downstream until the stream is over.
 * Errors that come before the head are thrown, so Koa's error handling answers them.
 *
 * ```ts
 * const events = sse();
 * const app = new Koa();
 * app.use(events);
 * app.use((ctx) => {
 *   ctx.sse.subscribe("prices");
 * });
 * app.listen(3000);
 * await events.publish("prices", { event: "tick", data: { symbol: "ACME", price: 12 } });
 * ```
 *
 * @throws {SseError} `BAD_OPTION`
 */
export function sse<Events = SseEvents>(options?: SseOptions<Events>): KoaSse<Events> {
  const hub = hubOf<Events>(options);
  const middleware = async (ctx: Context, next: Next): Promise<void> => {
    const { req, res } = ctx;
    const onerror = ctx.onerror.bind(ctx);
    let refuse: ((error: SseError) => void) | undefined;
    let refused: SseError | undefined;
    const stream = hub.stream(
      node(req, res, (error) => {
        refused = error;
        refuse?.(error);
      }),
    );
    Object.assign(ctx, {
      sse: stream,
      // Koa hears of the connection's errors too. A reader that leaves is none of the application's.
      onerror: (error: Error) => {
        if (!(ctx.headerSent && error instanceof Error && isLeaving(error))) onerror(error);
      },
    });
    try {
      await next();
    } catch (error) {
      if (ctx.headerSent) stream.fail(error);
      throw error;
    }
    if (refused !== undefined) throw refused;
    // Koa answers when its middleware is done, so this one is not before the stream is.
    if (stream.state === "new" || stream.state === "closed") return;
    await new Promise<void>((resolve, reject) => {
      refuse = reject;
      res.on("close", resolve);
    });
  };
  return withVerbs(middleware, hub);
}

/** A connection that went: by a system call; by a code alone on Deno; by the reset of a stream of HTTP/2. */
function isLeaving({ syscall, code }: NodeJS.ErrnoException): boolean {
  return syscall !== undefined || code === "ECONNRESET" || code === "ERR_HTTP2_STREAM_ERROR";
}
