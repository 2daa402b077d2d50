import { HEARTBEAT } from "./notice.ts";
import type { CloseReason } from "./observer.ts";
import type { Settings } from "./options.ts";
import type { Outbox } from "./outbox.ts";
import type { StreamState } from "./stream.ts";
import type { Subscribed } from "./subscribed.ts";

/** When a stream is over at the latest, by the clock, and what that is called. */
export interface Deadline {
  readonly at: number;
  readonly reason: "expired" | "rotated";
}

/** A connection, by what can be due. */
export interface Beating {
  readonly host: { readonly settings: Settings; readonly clock: { readonly now: number } };
  readonly state: StreamState;
  readonly outbox: Outbox;
  readonly subscription: Subscribed | undefined;
  /** When its end began, by the clock. */
  readonly closingAt: number;
  readonly deadline: Deadline | undefined;
  end(reason: CloseReason, now?: boolean): void;
  sendAway(reason: "rotated"): void;
  /** Gives the sink what ends it. */
  finish(now: boolean): void;
}

/** One beat of the clock for one connection: what is due by now. */
export function beat(connection: Beating): void {
  const { outbox, state, subscription, deadline, host } = connection;
  const { heartbeat, stallTimeout, closeTimeout, idleTimeout, freshEvents, freshAge } = host.settings;
  const { now } = host.clock;
  if (state === "closing") {
    if (now - connection.closingAt >= closeTimeout) connection.finish(true);
  } else if (deadline !== undefined && now >= deadline.at) {
    if (deadline.reason === "rotated") connection.sendAway("rotated");
    else connection.end(deadline.reason);
  } else if (idleTimeout > 0 && now - outbox.eventAt >= idleTimeout) {
    connection.end("idle");
  } else if (outbox.full) {
    if (stallTimeout > 0 && now - outbox.fullSince >= stallTimeout) connection.end("stalled", true);
  } else if (!outbox.blocked && heartbeat > 0 && now - outbox.wroteAt >= heartbeat) {
    outbox.write(subscription?.refresh(freshEvents, freshAge) ?? HEARTBEAT, 0);
  }
}
