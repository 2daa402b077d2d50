import type { ServerSentEvent } from "@longwave/core";

export const whole: ServerSentEvent = {
  event: "tick",
  data: { price: 12 },
  id: "7",
  retry: 1000,
  comment: "x",
};

// @ts-expect-error TS2322: an event's name is a string
export const name: ServerSentEvent = { event: 1 };

// @ts-expect-error TS2322: an id is a string, since it comes back as a header
export const id: ServerSentEvent = { id: 7 };

// @ts-expect-error TS2322: retry is a number: a string could carry a line break onto the wire
export const retry: ServerSentEvent = { retry: "1000" };

// @ts-expect-error TS2561: a typing mistake in a field is told
export const field: ServerSentEvent = { evnet: "tick" };
