import { SSE } from "sse.js";
import { NAMES } from "./names.mjs";

export function open(path, heard, plain) {
  const source = new SSE(path, plain ? {} : { autoReconnect: true, reconnectDelay: 200 });
  const event = ({ type: name, data, lastEventId: id }) => heard({ kind: "event", name, data, id });
  source.onopen = () => heard({ kind: "open" });
  source.onmessage = event;
  for (const name of NAMES) source.addEventListener(name, event);
  source.onerror = () => heard({ kind: "error" });
  source.onreadystatechange = ({ readyState }) => {
    if (readyState === SSE.CLOSED && !source.autoReconnect) heard({ kind: "over" });
  };
}
