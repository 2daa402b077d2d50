import { eventsource, undici } from "./drivers/eventsource.ts";
import { eventsourceClient } from "./drivers/eventsource-client.ts";
import { inPage } from "./drivers/in-page.ts";
import type { Reader } from "./reader.ts";

/** All readers, in the order of the table. */
export const readers: readonly Reader[] = [
  inPage("event-source", "EventSource"),
  eventsource,
  eventsourceClient,
  undici,
  inPage("fetch-event-source", "fetch-event-source", "@microsoft/fetch-event-source"),
  inPage("event-source-polyfill", "event-source-polyfill", "event-source-polyfill"),
  inPage("sse-js", "sse.js", "sse.js"),
  inPage("htmx", "htmx-ext-sse", "htmx-ext-sse"),
];
