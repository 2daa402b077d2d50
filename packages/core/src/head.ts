/** What an answer begins with. Headers that earlier middleware set stay; these come on top. */
export interface Head {
  readonly status: number;
  /** Names in lower case. Never `connection` or `transfer-encoding`: those are the server's own. */
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The head of every event stream. `no-transform` keeps compressors and proxies from holding events back, and
 * `x-accel-buffering` keeps nginx from doing so.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#server-sent-events-intro
 */
export const STREAM_HEAD: Head = {
  status: 200,
  headers: {
    "content-type": "text/event-stream",
    "cache-control": "no-cache, no-transform",
    "x-accel-buffering": "no",
  },
};

/** "Do not come back": an EventSource that gets 204 stops for good. */
export const NO_CONTENT: Head = { status: 204, headers: { "cache-control": "no-store" } };
