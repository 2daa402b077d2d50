import { Hub, type SseVerbs } from "@longwave/core";

interface Prices {
  tick: { symbol: string; price: number };
  halt: string;
  message: number;
}

const hub = new Hub<Prices>();

void hub.publish("prices", { event: "tick", data: { symbol: "ACME", price: 12 } });
void hub.publish("prices", { event: "halt", data: "noon", comment: "once a day" });
void hub.publish("prices", { data: 7 });
void hub.publish("prices", { comment: "only a comment" });
void hub.publish("prices", { retry: 1_000 });

// @ts-expect-error TS2322: the map has no event of this name
void hub.publish("prices", { event: "tock", data: { symbol: "ACME", price: 12 } });

// @ts-expect-error TS2322: the price is a number
void hub.publish("prices", { event: "tick", data: { symbol: "ACME", price: "12" } });

// @ts-expect-error TS2345: this event has data
void hub.publish("prices", { event: "tick" });

// @ts-expect-error TS2345: an event without a name is a `message`, whose data is a number
void hub.publish("prices", { data: "7" });

// @ts-expect-error TS2345: a topic is a string
void hub.publish(7, { data: 7 });

const any = new Hub();
void any.publish("anything", { event: "any", data: { of: ["any", "shape"] } });

// @ts-expect-error TS2561: a typing mistake in a field is told
void any.publish("anything", { evnet: "any" });

declare const verbs: SseVerbs<Prices>;
// @ts-expect-error TS2345: the verbs of an adapter are typed as its hub is
void verbs.publish("prices", { event: "halt", data: 12 });
