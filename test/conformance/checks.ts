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
