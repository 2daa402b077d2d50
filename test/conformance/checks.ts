import type { Check } from "./check.ts";
import { errors } from "./checks/errors.ts";
import { frames } from "./checks/frames.ts";
import { gaps } from "./checks/gaps.ts";
import { head } from "./checks/head.ts";
import { http } from "./checks/http.ts";
import { life } from "./checks/life.ts";
import { pipe } from "./checks/pipe.ts";
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
  ...pipe,
  ...life,
  ...errors,
  ...time,
  ...http,
];
