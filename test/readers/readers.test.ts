import { describe, expect, test } from "vitest";
import { outcomeOf } from "./outcome.ts";
import { outcomes } from "./outcomes.ts";
import { play } from "./play.ts";
import { readers } from "./readers.ts";
import { scenarios } from "./scenarios.ts";

// A reader that does better in a new version fails here, too: then its outcome is to be changed.
for (const reader of readers) {
  describe.concurrent(reader.name, () => {
    for (const scenario of scenarios) {
      const { found } = outcomeOf(outcomes, reader.name, scenario.id);
      test(`${scenario.id}: ${found}`, async (context) => {
        expect(await play(reader, scenario, context)).toBe(found);
      });
    }
  });
}
