import { listen } from "./names.mjs";

export function open(path, heard) {
  listen(new EventSource(path), heard);
}
