import { events } from "../../../events.ts";

/** Asked for each time, never answered from a build or a cache. */
export const dynamic = "force-dynamic";

export function GET(request: Request): Promise<Response> {
  return events(request, (stream) => stream.subscribe("prices"));
}
