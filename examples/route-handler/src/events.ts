import { type FetchSse, sse } from "@longwave/core/fetch";

/** What outlives this module, which is run anew at every hot reload. */
const kept: typeof globalThis & { events?: FetchSse } = globalThis;

kept.events ??= sse();

/** The one hub of this process: a second would leave the readers of the first without events. */
export const events: FetchSse = kept.events;
