import type { HubOptions } from "@longwave/core";
import type { Heard } from "./heard.ts";
import type { Stage } from "./stage.ts";

/** A server, and an application that is yet to read from it. */
export interface Scene {
  readonly stage: Stage;
  readonly heard: Heard;
  /** Starts the reader. */
  open(path: string): Promise<void>;
}

/** What readers are asked to do. What Longwave owes to every one of them is thrown about; what is theirs is found. */
export interface Scenario {
  /** The head of its column. */
  readonly id: string;
  /** What an application wants, in a line. */
  readonly promise: string;
  readonly hub?: HubOptions;
  /** What the reader made of it: `WORKS`, or in a few words what it does instead. */
  run(scene: Scene): Promise<string>;
}

export const WORKS = "works";
