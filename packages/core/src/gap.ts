import type { GapReason } from "./log.ts";

/** What a cursor needs is gone: told to the reader, to `onGap` and to the observer. */
export interface Gap {
  readonly reason: GapReason;
  /** The cursor that was asked for, cut at 128 characters. */
  readonly asked: string;
  /** From where the reader goes on: the oldest kept of its topics, unless `onGap` says otherwise. */
  readonly cursor: string;
}

/** Asked when a reader's cursor cannot be continued; may give another cursor to go on from. */
export type OnGap = (gap: Gap) => string | undefined | void | Promise<string | undefined | void>;
