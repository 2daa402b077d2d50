import type { Reader } from "./fan-out.ts";

/** What a connection needs of the subscription on it. */
export interface Subscribed extends Reader {
  /** Since when it has been behind, by the clock. */
  readonly behindSince: number;
  /** A private event as it goes out. */
  seal(body: Uint8Array): Uint8Array;
  /** A checkpoint, if the last id written is older than the given events or milliseconds. */
  refresh(events: number, age: number): Uint8Array | undefined;
  /** Resolves when it is live or closed. */
  settled(): Promise<void>;
  close(): void;
}
