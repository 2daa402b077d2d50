import { frame, isId } from "./frame.ts";
import { checkpoint } from "./notice.ts";
import { type Position, toCursor } from "./position.ts";

/** Where one reader is in the log, and the ids that tell it so. */
export class Cursor {
  epoch = "";
  /** The offset of the last id written. */
  offset = 0;
  /** When a checkpoint last carried it, by the clock. */
  checkedAt = 0;
  /**
   * The id that goes out until it is known where the reader goes on: after a gap what it asked for, so that a reader
   * that is cut asks again; null is none.
   */
  #asked: string | null | undefined = null;

  get position(): Position {
    return { epoch: this.epoch, offset: this.offset };
  }

  moveTo({ epoch, offset }: Position): void {
    this.epoch = epoch;
    this.offset = offset;
  }

  /** From here on ids are what the reader asked for, if that can be an id. */
  lose(asked: string): void {
    this.#asked = isId(asked) ? asked : null;
  }

  /** Ids are those of the position again, which is told. */
  find(position: Position, now: number): Uint8Array {
    this.#asked = undefined;
    this.moveTo(position);
    return this.checkpoint(now);
  }

  checkpoint(now: number): Uint8Array {
    this.checkedAt = now;
    return checkpoint(toCursor(this.position));
  }

  /** A whole frame of a body, with the id that stands for where the reader is. */
  seal(body: Uint8Array): Uint8Array {
    if (this.#asked === null) return body;
    return frame(this.#asked ?? toCursor(this.position), body);
  }
}
