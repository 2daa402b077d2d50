import type { Observer } from "@longwave/core";
import type { ExpressSse } from "@longwave/express";
import type { RequestHandler } from "express";
import type { DashboardEvents } from "./events.ts";

type Line = Omit<DashboardEvents["request"], "time">;

/** Publishes what this server is asked for: its requests, and, as the hub's observer, the lives of its streams. */
export class Journal {
  /** Where to publish; the hub needs its observer before there is a hub. */
  events: ExpressSse | undefined;

  readonly observer: Observer = {
    open: ({ id, url }) => this.#write({ method: "GET", path: pathOf(url), outcome: "open", detail: id }),
    close: ({ id, url, reason, events, openedAt, closedAt }) => {
      const seconds = ((closedAt - openedAt) / 1_000).toFixed(1);
      const detail = `${id}, ${events} events in ${seconds} s`;
      this.#write({ method: "GET", path: pathOf(url), outcome: reason, detail });
    },
  };

  readonly middleware: RequestHandler = (request, response, next) => {
    const started = performance.now();
    response.once("close", () => {
      // Streams are told of by the observer.
      if (response.sse.openedAt !== undefined) return;
      const { method, originalUrl } = request;
      const detail = `${(performance.now() - started).toFixed(1)} ms`;
      this.#write({ method, path: pathOf(originalUrl), outcome: `${response.statusCode}`, detail });
    });
    next();
  };

  #write(line: Line): void {
    // What ends while the server closes is told to nobody.
    if (this.events === undefined) return;
    void this.events.publish("request", { event: "request", data: { time: Date.now(), ...line } });
  }
}

/** Without the query, which holds what others need not see. */
function pathOf(url: string): string {
  return url.replace(/\?.*/, "").slice(0, 200);
}
