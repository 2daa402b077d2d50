import type { Exchange } from "./exchange.ts";
import type { StreamRecord } from "./observer.ts";
import type { Outbox } from "./outbox.ts";

/** A connection, by what its record tells. */
interface Recorded {
  readonly id: string;
  readonly host: { readonly clock: { readonly now: number } };
  readonly openedAt: number | undefined;
  readonly outbox: Outbox;
  readonly subscription: { readonly topics: ReadonlySet<string> } | undefined;
}

/** The record of a connection as it is now. The address is gone with the socket, so it is given. */
export function recordOf(
  connection: Recorded,
  exchange: Exchange,
  address: string | undefined,
): StreamRecord {
  const { id, host, openedAt, outbox, subscription } = connection;
  const { eventAt, events, bytes } = outbox;
  return {
    id,
    address,
    userAgent: exchange.header("user-agent"),
    url: exchange.url,
    topics: [...(subscription?.topics ?? [])],
    openedAt: openedAt ?? Date.now(),
    lastEventAt: events === 0 ? undefined : Date.now() - (host.clock.now - eventAt),
    events,
    bytes,
  };
}
