/** What Longwave sends, so that a bare route keeps no fewer headers than ours. */
export const HEAD: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
};
