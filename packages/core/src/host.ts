import type { Admission } from "./admission.ts";
import type { Beating } from "./beat.ts";
import type { Clock } from "./clock.ts";
import type { SseError } from "./errors.ts";
import type { CloseReason, Observer, StreamRecord } from "./observer.ts";
import type { Settings } from "./options.ts";
import type { Position } from "./position.ts";
import type { Listed } from "./roster.ts";
import type { EventStream } from "./stream.ts";
import type { Subscribed } from "./subscribed.ts";
import type { Tail } from "./tail.ts";

/** What a hub needs of a connection. */
export interface Hosted extends Listed, Beating {
  readonly closeReason: CloseReason | undefined;
  readonly record: StreamRecord;
  readonly subscription: Subscribed | undefined;
  readonly handle: EventStream<object>;
  /** Whether its reader goes on elsewhere where it was, once it is sent away. */
  readonly resumes: boolean;
  sendAway(reason: "shutdown" | "rotated"): void;
}

/** What a connection needs of its hub. */
export interface Host {
  readonly settings: Settings;
  readonly tail: Tail;
  readonly clock: Clock;
  readonly admission: Admission;
  /** @throws {SseError} `HUB_CLOSED` when no stream may open any more */
  assertOpen(): void;
  /** A name for a new stream. */
  name(): string;
  /** Called once when the head is out, and once when the sink is done with. */
  opened(connection: Hosted): void;
  ended(connection: Hosted, clean: boolean): void;
  /** Called when a reader goes on from its own cursor without loss. */
  replayed(connection: Hosted, cursor: string, position: Position): void;
  /** Called when a reader is turned away before its stream has opened. */
  refused(error: SseError, connection: Hosted): void;
  /** Tells the observer, if there is one. */
  tell(call: (observer: Observer, stream: StreamRecord) => void, connection: Hosted): void;
  report(error: SseError, connection: Hosted | undefined): void;
}
