import type { Scenario } from "./scenario.ts";
import { burst } from "./scenarios/burst.ts";
import { churn } from "./scenarios/churn.ts";
import { first } from "./scenarios/first.ts";
import { frames } from "./scenarios/frames.ts";
import { idle } from "./scenarios/idle.ts";
import { large } from "./scenarios/large.ts";
import { middleware } from "./scenarios/middleware.ts";
import { paced } from "./scenarios/paced.ts";
import { pipe, send } from "./scenarios/private.ts";
import { replay } from "./scenarios/replay.ts";
import { bun, deno } from "./scenarios/runtimes.ts";
import { scale } from "./scenarios/scale.ts";
import { single1k, single10k } from "./scenarios/single.ts";
import { slow } from "./scenarios/slow.ts";
import { common, five, topics } from "./scenarios/topics.ts";

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  single1k,
  single10k,
  burst,
  large,
  send,
  pipe,
  paced,
  idle,
  churn,
  first,
  slow,
  replay,
  common,
  topics,
  five,
  scale,
  middleware,
  bun,
  deno,
  frames,
];
