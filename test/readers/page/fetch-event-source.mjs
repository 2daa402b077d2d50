import { EventStreamContentType, fetchEventSource } from "@microsoft/fetch-event-source";

class Fatal extends Error {}

// As its README has it: what is no event stream is fatal, and an end by the server is an error to come back from.
const advised = (heard) => ({
  async onopen(response) {
    if (!response.ok || response.headers.get("content-type") !== EventStreamContentType) throw new Fatal();
    heard({ kind: "open" });
  },
  onclose() {
    throw new Error("ended by the server");
  },
  onerror(error) {
    if (error instanceof Fatal) throw error;
    heard({ kind: "error" });
  },
});

export function open(path, heard, plain) {
  const over = () => heard({ kind: "over" });
  const onmessage = ({ event, data, id }) => heard({ kind: "event", name: event || "message", data, id });
  fetchEventSource(path, { onmessage, ...(plain ? {} : advised(heard)) }).then(over, over);
}
