import { describe, expect, test } from "vitest";
import { outcomeOf } from "./outcome.ts";
import { answerOutcomes } from "./outcomes.ts";
import { Answer } from "./sdk/answer.ts";
import { clients } from "./sdk/clients.ts";
import { answerScenarios } from "./sdk/scenarios.ts";
import { Stage } from "./stage.ts";

for (const client of clients) {
  describe.concurrent(client.name, () => {
    for (const scenario of answerScenarios) {
      const { found } = outcomeOf(answerOutcomes, client.name, scenario.id);
      test(`${scenario.id}: ${found}`, async () => {
        const stage = await Stage.open({ heartbeat: 30 });
        try {
          expect(await scenario.run(new Answer(stage, client))).toBe(found);
        } finally {
          await stage.close();
        }
      });
    }
  });
}
