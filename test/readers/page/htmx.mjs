import "htmx-ext-sse";
import htmx from "htmx.org";
import { NAMES } from "./names.mjs";

export function open(path, heard, plain) {
  const last = path === "/answer" ? "end" : "finish";
  document.body.innerHTML = `
    <div hx-ext="sse" sse-connect="${path}" ${plain ? "" : `sse-close="${last}"`}>
      ${["message", ...NAMES].map((name) => `<p sse-swap="${name}"></p>`).join("")}
    </div>`;
  const root = document.body;
  root.addEventListener("htmx:sseOpen", () => heard({ kind: "open" }));
  root.addEventListener("htmx:sseError", () => heard({ kind: "error" }));
  root.addEventListener("htmx:sseClose", () => heard({ kind: "over" }));
  root.addEventListener("htmx:sseMessage", ({ detail: { type: name, data, lastEventId: id } }) =>
    heard({ kind: "event", name, data, id }),
  );
  htmx.process(root);
}
