import assert from "node:assert/strict";
import { Reader } from "../../conformance/client/reader.ts";
import { WORKS } from "../scenario.ts";
import type { Answer } from "./answer.ts";

export interface AnswerScenario {
  readonly id: string;
  readonly promise: string;
  /** What the client made of it: `WORKS`, or in a few words what it does instead. */
  run(answer: Answer): Promise<string>;
}

const HARD = [
  "plain",
  "a\nb\r\nc\n",
  " ",
  "\ufeffa",
  "👩‍👩‍👧‍👦 🇺🇳",
  "data: x\n\n",
  "[DONE]",
  "😀é".repeat(50_000),
];

/** What is asked of libraries that read an answer. */
export const answerScenarios: readonly AnswerScenario[] = [
  {
    id: "Hard data",
    promise: "The pieces of an answer come one by one, and as they were sent",
    async run(answer) {
      const reading = answer.ask();
      answer.begin();
      for (const text of HARD) answer.piece(text);
      answer.end();
      assert.deepEqual([await reading, answer.pieces], ["ended", HARD]);
      return WORKS;
    },
  },
  {
    id: "Heartbeats",
    promise: "Heartbeats of a model that thinks for long are no pieces, and no errors",
    async run(answer) {
      const reading = answer.ask();
      answer.begin();
      answer.piece("Well");
      await answer.came("Well");
      const beside = await Reader.open(`${answer.stage.origin}/now`);
      await beside.commented(4);
      beside.leave();
      answer.piece(", yes.");
      answer.end();
      assert.deepEqual([await reading, answer.pieces], ["ended", ["Well", ", yes."]]);
      return WORKS;
    },
  },
  {
    id: "Error in the stream",
    promise:
      "An error that the application says in the stream, as the protocol has it, is thrown where it is read",
    async run(answer) {
      const reading = answer.ask();
      answer.begin();
      answer.piece("Well");
      answer.error("overloaded");
      answer.end();
      assert.match(await reading, /^threw: .*overloaded/);
      assert.deepEqual(answer.pieces, ["Well"]);
      return WORKS;
    },
  },
  {
    id: "Source that fails",
    promise: "An answer whose source throws is not taken for a whole one",
    async run(answer) {
      const reading = answer.ask();
      answer.begin();
      answer.piece("Well");
      await answer.came("Well");
      answer.fail();
      const how = await reading;
      assert.deepEqual(answer.pieces, ["Well"], "no text of the exception");
      return how === "ended" ? "ends as if it were whole" : WORKS;
    },
  },
  {
    id: "Abort",
    promise: "A reader that aborts has the source cancelled",
    async run(answer) {
      const reading = answer.ask();
      answer.begin();
      answer.piece("Well");
      await answer.came("Well");
      answer.abort();
      await answer.sourceEnded("aborted");
      await reading;
      assert.deepEqual(answer.pieces, ["Well"]);
      return WORKS;
    },
  },
  {
    id: "Capacity",
    promise: "At capacity it is answered 503 with `Retry-After`, and asks again by itself",
    async run(answer) {
      answer.stage.hub.limit({ streams: 0 });
      const reading = answer.ask();
      await answer.stage.visited(([visit]) => visit?.status() === 503);
      answer.stage.hub.limit({ streams: 1 });
      answer.begin();
      answer.piece("Well");
      answer.end();
      const how = await reading;
      if (how !== "ended") return "throws";
      assert.deepEqual(answer.pieces, ["Well"]);
      const [first, second] = answer.stage.visits;
      assert.ok((second?.at ?? 0) - (first?.at ?? 0) > 4_500, "not before the five seconds of Retry-After");
      return WORKS;
    },
  },
  {
    id: "Drain",
    promise: "An answer under way runs to its end while the server is drained",
    async run(answer) {
      const reading = answer.ask();
      answer.begin();
      answer.piece("Well");
      await answer.came("Well");
      const drained = answer.stage.hub.drain({ within: 20_000 });
      answer.piece(", yes.");
      answer.end();
      assert.deepEqual([await reading, answer.pieces], ["ended", ["Well", ", yes."]]);
      const { ended, cut } = await drained;
      assert.deepEqual([ended, cut], [1, 0]);
      return WORKS;
    },
  },
];
