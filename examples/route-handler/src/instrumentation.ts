import { events } from "./events.ts";

/** Called once, when the server starts: what is no route's, and nothing that a build should run, is here. */
export function register(): void {
  const ticking = setInterval(() => {
    const data = { price: Math.round(Math.random() * 100), readers: events.streams.size };
    void events.publish("prices", { event: "tick", data });
  }, 500);
  ticking.unref();
}
