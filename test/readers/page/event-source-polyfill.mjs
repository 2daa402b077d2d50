import "event-source-polyfill";
import { listen } from "./names.mjs";

export function open(path, heard) {
  listen(new globalThis.EventSourcePolyfill(path), heard);
}
