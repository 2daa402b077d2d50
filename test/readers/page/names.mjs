/** As in `reader.ts`. */
export const NAMES = ["tick", "checkpoint", "gap", "reconnect", "finish", "end"];

/** What all that look like EventSource have in common. */
export function listen(source, heard) {
  const event = ({ type: name, data, lastEventId: id }) => heard({ kind: "event", name, data, id });
  source.onopen = () => heard({ kind: "open" });
  source.onmessage = event;
  for (const name of NAMES) source.addEventListener(name, event);
  source.onerror = () => heard({ kind: source.readyState === 2 ? "over" : "error" });
}
