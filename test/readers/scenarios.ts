import type { Scenario } from "./scenario.ts";
import { delivery } from "./scenarios/delivery.ts";
import { ends } from "./scenarios/ends.ts";
import { resume } from "./scenarios/resume.ts";

/** All scenarios, in the order of the table. */
export const scenarios: readonly Scenario[] = [...delivery, ...resume, ...ends];
