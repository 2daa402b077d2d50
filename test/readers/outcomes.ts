import { cannot, type Outcomes, worksIf } from "./outcome.ts";

const ONE_CALLBACK = "One callback hears every event: look at `event`, which messages are without.";
const ALL_NAMES = "one callback hears all names";

const ONCLOSE =
  "Throw in `onclose`, as [its README](https://github.com/Azure/fetch-event-source#usage) shows; " +
  "without that it does not come back after a clean end ([#27](https://github.com/Azure/fetch-event-source/pull/27)).";
const ONOPEN =
  "Let `onopen` throw an error for what is no event stream and `onerror` throw it again, as its README shows; " +
  "without that it asks for ever.";

const BY_QUERY = "It sends its cursor in the query, as `lastEventId`, which Longwave reads.";

const AUTO_RECONNECT = "With `autoReconnect: true`; without it, it does not come back.";
const GOES_ON =
  "It goes on asking with its cursor, and is answered 204 each time. Call `close()` when `end` or `finish` comes.";

const SSE_CLOSE =
  "With `sse-close` naming the last event (`end`, `finish`); without it htmx takes a 204 for a failure " +
  "([#134](https://github.com/bigskysoftware/htmx-extensions/issues/134)), asks anew without its cursor, and has " +
  "everything again.";

/** What EventSources and their like do other than expected. */
export const outcomes: Outcomes = {
  "eventsource-client": { "Named events": worksIf(ONE_CALLBACK, ALL_NAMES) },
  "fetch-event-source": {
    "Hard data": cannot(
      "not breaks at both ends, a BOM first",
      "Line breaks at the start of data are lost ([#50](https://github.com/Azure/fetch-event-source/issues/50)), and " +
        "so is U+FEFF at the start of a line, since it decodes line by line. Send such text as JSON.",
    ),
    "Named events": worksIf(ONE_CALLBACK, ALL_NAMES),
    "Resume after an end": worksIf(ONCLOSE),
    "Cut inside an event": cannot(
      "loses the event",
      "It takes the `id` as its cursor before it has the event whole, and does not ask for it again. Keep events small.",
    ),
    Capacity: worksIf(ONCLOSE),
    Drain: worksIf(ONCLOSE),
    "End of a `pipe`": worksIf(ONOPEN),
    "204": worksIf(ONOPEN),
  },
  "event-source-polyfill": {
    "Resume after a cut": worksIf(BY_QUERY, "by query"),
    "Resume after an end": worksIf(BY_QUERY, "by query"),
    "`retry`": worksIf(
      "It never comes back sooner than after a second (`MINIMUM_DURATION`).",
      "a second at least",
    ),
  },
  "sse.js": {
    "Resume after a cut": worksIf(AUTO_RECONNECT),
    "Resume after an end": worksIf(AUTO_RECONNECT),
    "Cut inside an event": worksIf(AUTO_RECONNECT),
    Checkpoint: worksIf(AUTO_RECONNECT),
    "Gap notice": worksIf(AUTO_RECONNECT),
    "`retry`": worksIf(AUTO_RECONNECT),
    "End of a `pipe`": cannot("asks again and again", GOES_ON),
    "204": cannot("asks again and again", GOES_ON),
    Capacity: worksIf(
      "With `autoReconnect: true`. It accepts `*/*`, so it is answered 503, and comes back after its own delay.",
      "by 503",
    ),
    Drain: worksIf(AUTO_RECONNECT),
  },
  "htmx-ext-sse": {
    "Hard data": worksIf("It swaps data in as HTML: escape on the server what is text."),
    "End of a `pipe`": worksIf(SSE_CLOSE),
    "204": worksIf(SSE_CLOSE),
  },
};

const LOOKS_WHOLE =
  "The response ends as it does after a whole answer, since no text of an exception goes out. Catch it in the source, " +
  "and yield the protocol's own error.";
const AS_WHOLE = "ends as if it were whole";

/** What libraries that read an answer do other than expected. */
export const answerOutcomes: Outcomes = {
  openai: { "Source that fails": cannot(AS_WHOLE, LOOKS_WHOLE) },
  "ai, `streamText`": { "Source that fails": cannot(AS_WHOLE, LOOKS_WHOLE) },
  "ai, `useChat`": {
    "Hard data": worksIf(
      "It takes every event for a part of the message, whatever its name, and fails at one that is none: at the " +
        "`checkpoint` of `subscribe`, and at the `end` of a `pipe` on GET, by which its `resume` asks. Serve it `pipe`, " +
        "and give its transport a `fetch` that resumes by POST.",
    ),
    "Source that fails": cannot(AS_WHOLE, LOOKS_WHOLE),
    Capacity: cannot("throws", "Any status but 2xx is an error for `onError`; `regenerate()` asks again."),
  },
};
