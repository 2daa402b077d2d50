import type { Check } from "./check.ts";
import { admission } from "./checks/admission.ts";
import { drain } from "./checks/drain.ts";
import { endings } from "./checks/endings.ts";
import { errors } from "./checks/errors.ts";
import { finish } from "./checks/finish.ts";
import { frames } from "./checks/frames.ts";
import { gaps } from "./checks/gaps.ts";
import { head } from "./checks/head.ts";
import { http } from "./checks/http.ts";
import { keys } from "./checks/keys.ts";
import { life } from "./checks/life.ts";
import { pipe } from "./checks/pipe.ts";
import { produce } from "./checks/produce.ts";
import { refusals } from "./checks/refusals.ts";
import { resume } from "./checks/resume.ts";
import { time } from "./checks/time.ts";
import { topics } from "./checks/topics.ts";

/** All checks, in the order in which a reader of the guarantees would want them. */
export const checks: readonly Check[] = [
  ...head,
  ...frames,
  ...refusals,
  ...resume,
  ...gaps,
  ...topics,
  ...keys,
  ...pipe,
  ...produce,
  ...life,
  ...finish,
  ...endings,
  ...admission,
  ...drain,
  ...errors,
  ...time,
  ...http,
];

/** Checks of one kind, by the first part of their ids. */
interface Group {
  readonly name: string;
  readonly ids: readonly string[];
  /** What users can rely on, in a line of a table. */
  readonly promise: string;
}

/** What the checks come to. */
export const groups: readonly Group[] = [
  {
    name: "Head",
    ids: ["HEAD"],
    promise: "Out at once, never cached or held back; headers set before are kept",
  },
  { name: "Frames", ids: ["FRAME"], promise: "Any text arrives as it was sent, and forges no line" },
  {
    name: "Refusals",
    ids: ["REFUSE"],
    promise: "What is wrong is refused by a code, before a byte is written",
  },
  { name: "Resume", ids: ["RESUME"], promise: "Who comes back gets what was missed, once and in order" },
  { name: "Gaps", ids: ["GAP"], promise: "What can no longer be sent is told, never skipped" },
  {
    name: "Order across topics",
    ids: ["TOPIC"],
    promise: "A reader has the log's order, whatever its topics",
  },
  { name: "Private events", ids: ["PRIVATE"], promise: "They reach one reader, and leave its cursor alone" },
  { name: "Newest by key", ids: ["KEY"], promise: "Who lags or comes back gets the newest of each key" },
  {
    name: "Pipes",
    ids: ["PIPE"],
    promise: "A source runs as fast as it is read, once, and is cancelled when its reader leaves",
  },
  {
    name: "Answers that stay",
    ids: ["PRODUCE"],
    promise: "A source runs on without its reader, who can come back",
  },
  {
    name: "Life",
    ids: ["LIFE"],
    promise: "A stream lives until it is closed or its reader leaves, and leaves nothing behind",
  },
  { name: "EventSource", ids: ["CLIENT"], promise: "It comes back by itself, and stops when told to" },
  {
    name: "Finished topics",
    ids: ["FINISH"],
    promise: "Readers get the rest, then the end; who comes late gets all of it",
  },
  {
    name: "Ends",
    ids: ["UNTIL", "AGE", "IDLE", "CLOSE"],
    promise: "By time, age or idleness a stream ends cleanly, its bytes brought out",
  },
  {
    name: "Admission",
    ids: ["ADMIT"],
    promise: "Limits hold, and a native reader that is refused comes back by itself",
  },
  { name: "Drain", ids: ["DRAIN"], promise: "Readers are sent away in batches, to go on elsewhere" },
  {
    name: "Errors",
    ids: ["ERROR"],
    promise: "An exception ends its stream, reaches the observer, and never the wire",
  },
  { name: "Heartbeats", ids: ["BEAT"], promise: "Quiet streams are kept alive, and their cursors fresh" },
  {
    name: "Slow readers",
    ids: ["SLOW"],
    promise: "They lose nothing, cost nobody, and are cut only when they take nothing",
  },
  { name: "Compressors", ids: ["WARE"], promise: "Events go out at once behind them" },
  {
    name: "HTTP",
    ids: ["HTTP"],
    promise: "1.0, pipelining, half-closed and reused connections, request bodies",
  },
];
