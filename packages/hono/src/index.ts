import { hubOf, SseError, type SseEvents, type SseOptions, type SseVerbs, withVerbs } from "@longwave/core";
import { answerOf, type FetchServer, type Route, refusal } from "@longwave/core/fetch";
import type { Context } from "hono";

/** What {@link sse} returns: a helper that answers a route with an event stream, and the verbs of its hub. */
export type HonoSse<Events = SseEvents> = ((c: Context, route: Route<Events>) => Promise<Response>) &
  SseVerbs<Events>;

/**
 * Event streams for Hono, on Node, Bun and Deno: a helper for routes. The stream lives until it is closed or its
 * reader leaves, not until the callback returns. The callback may return a `Response` instead of opening the stream.
 * Errors that come before the head are thrown, so `app.onError` answers them.
 *
 * ```ts
 * const events = sse();
 * const app = new Hono();
 * app.get("/prices", (c) => events(c, (stream) => stream.subscribe("prices")));
 * serve({ fetch: app.fetch, port: 3000 });
 * await events.publish("prices", { event: "tick", data: { symbol: "ACME", price: 12 } });
 * ```
 *
 * @throws {SseError} `BAD_OPTION`
 */
export function sse<Events = SseEvents>(options?: SseOptions<Events>): HonoSse<Events> {
  const hub = hubOf<Events>(options);
  return withVerbs(async (c: Context, route: Route<Events>) => {
    try {
      // On Node the server puts its own request and response in `env`, by the names that are asked for.
      const answer = await answerOf(hub, c.req.raw, c.env as FetchServer | undefined, route);
      if (answer instanceof Response) return answer;
      // By the context, which adds what earlier middleware set on it, a status of its own included.
      const { status, headers } = answer.head;
      return c.newResponse(answer.body, status === 200 ? undefined : (status as 204), headers);
    } catch (error) {
      // What Hono's own handling of errors asks an error for.
      if (error instanceof SseError) Object.assign(error, { getResponse: () => refusal(error) });
      throw error;
    }
  }, hub);
}
