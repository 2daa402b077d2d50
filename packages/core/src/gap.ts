import { SseError, shown } from "./errors.ts";
import type { GapReason } from "./log.ts";
import { fromCursor, type Position } from "./position.ts";

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

/** Where a reader goes on after a gap: where `onGap` has said, if it has. @throws {SseError} `BAD_OPTION` */
export function afterGap(gap: Gap, answer: unknown): Position {
  const position = fromCursor(answer === undefined ? gap.cursor : typeof answer === "string" ? answer : "");
  if (position !== undefined) return position;
  const message = `onGap must give a cursor (see hub.cursor()) or nothing, got ${shown(answer)}.`;
  throw new SseError("BAD_OPTION", message, { value: answer });
}
