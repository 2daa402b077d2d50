import type { Browser } from "playwright-core";
import type { Sign } from "./heard.ts";

/** Names under which an application listens, besides ordinary messages: its own, and those of the stream itself. */
export const NAMES = ["tick", "checkpoint", "gap", "reconnect", "finish", "end"] as const;

/** Where a reader runs. */
interface Place {
  /** As in `http://127.0.0.1:8080`: of the server, which serves the page too. */
  readonly origin: string;
  readonly browser: () => Promise<Browser>;
}

/** A library that reads event streams, used as its documentation says. */
export interface Reader {
  /** As people know it. */
  readonly name: string;
  /** The package whose version is shown; none for what a browser has by itself. */
  readonly package?: string;
  readonly runsIn: "Chromium" | "Node";
  /**
   * Starts to read, and tells the application what it hears.
   * @returns stops it, for good
   */
  open(place: Place, path: string, heard: (sign: Sign) => void): Promise<() => Promise<void>>;
}
