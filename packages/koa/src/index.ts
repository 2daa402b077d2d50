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
  // One promise, and nothing of this visit, is kept while a stream is open: there may be many, for long.
  const middleware = (ctx: Context, next: Next): Promise<void> =>
    new Promise((resolve, reject) => {
      let refused: SseError | undefined;
      let done = false;
      const stream = hub.stream(
        node(ctx.req, ctx.res, (error) => {
          refused = error;
          if (done) reject(error);
        }),
      );
      Object.assign(ctx, { sse: stream, onerror });
      next().then(
        () => {
          done = true;
          if (refused !== undefined) reject(refused);
          // Koa answers when its middleware is done, so this one is not before the stream is.
          else if (stream.state === "new" || stream.state === "closed") resolve();
          else ctx.res.on("close", resolve);
        },
        (error: unknown) => {
          if (ctx.headerSent) stream.fail(error);
          // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what the route threw, whatever it is
          reject(error);
        },
      );
    });
  return withVerbs(middleware, hub);
}

/** Koa hears of the connection's errors too. A reader that leaves is none of the application's. */
function onerror(this: Context, error: Error): void {
  if (this.headerSent && error instanceof Error && isLeaving(error)) return;
  (Object.getPrototypeOf(this) as Context).onerror.call(this, error);
}

/** A connection that went: by a system call; by a code alone on Deno; by the reset of a stream of HTTP/2. */
function isLeaving({ syscall, code }: NodeJS.ErrnoException): boolean {
  return syscall !== undefined || code === "ECONNRESET" || code === "ERR_HTTP2_STREAM_ERROR";
}
