import {
  type EventStream,
  hubOf,
  type SseEvents,
  type SseOptions,
  type SseVerbs,
  withVerbs,
} from "@longwave/core";
import { node } from "@longwave/core/node";
import type { Application, ErrorRequestHandler, RequestHandler } from "express";

declare global {
  namespace Express {
    interface Response {
      /** This response as an event stream. It opens at its first verb; until then any other answer is possible. */
      readonly sse: EventStream;
    }
  }
}

/** What {@link sse} returns: middleware, and the verbs of its hub. */
export type ExpressSse<Events = SseEvents> = RequestHandler & SseVerbs<Events>;

/**
 * Event streams for Express: middleware that hangs `sse` on every response. Errors that come before the head go to
 * `next`, so Express's error handling answers them; a route that throws later ends its stream, and the observer hears.
 *
 * ```ts
 * const events = sse();
 * const app = express();
 * app.use(events);
 * app.get("/prices", (request, response) => {
 *   response.sse.subscribe("prices");
 * });
 * app.listen(3000);
 * await events.publish("prices", { event: "tick", data: { symbol: "ACME", price: 12 } });
 * ```
 *
 * @throws {SseError} `BAD_OPTION`
 */
export function sse<Events = SseEvents>(options?: SseOptions<Events>): ExpressSse<Events> {
  const hub = hubOf<Events>(options);
  const middleware: RequestHandler = (request, response, next) => {
    hearErrors(request.app);
    // Two small objects for a route that never uses it.
    (response as { sse: unknown }).sse = hub.stream(node(request, response, next));
    next();
  };
  return withVerbs(middleware, hub);
}

const heard = new WeakSet<Application>();

/**
 * Middleware never hears what the routes behind it throw, and Express's own handler destroys the socket of a response
 * that has begun. So the first request puts a handler of ours at the end of the application, behind all of its own.
 */
function hearErrors(app: Application): void {
  if (heard.has(app)) return;
  heard.add(app);
  app.use(endStream);
}

const endStream: ErrorRequestHandler = (error, _request, response, next) => {
  const { sse } = response as { sse?: EventStream };
  if (sse?.state === "open") sse.fail(error);
  else next(error);
};
