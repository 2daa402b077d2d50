import assert from "node:assert/strict";
import { Reader } from "../../conformance/client/reader.ts";
import { type Scenario, type Scene, WORKS } from "../scenario.ts";
import { TOPIC } from "../stage.ts";

/** Whether a reader that was told not to come back stops, or goes on asking. */
function stops({ stage, heard }: Scene): Promise<string> {
  const refusals = () => stage.visits.filter((visit) => visit.status() === 204).length;
  return Promise.any([
    stage.visited(() => refusals() > 1).then(() => "asks again and again"),
    heard.until(() => (heard.over ? WORKS : undefined), "that it is over"),
  ]);
}

export const ends: readonly Scenario[] = [
  {
    id: "End of a `pipe`",
    promise: "The answer comes once, whole, and the reader does not ask for it again: the source runs once",
    async run(scene) {
      const { stage, heard, open } = scene;
      await open("/answer");
      const found = await stops(scene);
      assert.deepEqual([heard.data(), stage.runs], [["one", "two", "three"], 1]);
      return found;
    },
  },
  {
    id: "204",
    promise: "A finished topic is read to its end, and the reader does not come back",
    async run(scene) {
      const { stage, heard, open } = scene;
      await open("/events");
      await stage.say("one", { retry: 20 });
      await stage.say("two");
      await stage.hub.finish(TOPIC);
      const found = await stops(scene);
      await heard.until(() => heard.data("finish")[0], "finish");
      assert.deepEqual([heard.data(), heard.data("finish")], [["one", "two"], [TOPIC]]);
      return found;
    },
  },
  {
    id: "Capacity",
    promise: "A reader for whom there is no room comes back until there is, and then has everything",
    hub: { limits: { streams: 1 } },
    async run({ stage, heard, open }) {
      const occupant = await Reader.open(`${stage.origin}/events`);
      await open("/events");
      // Its own first visit is the second; it is refused twice.
      await stage.visited(({ length }) => length >= 4);
      const [, refused] = stage.visits;
      occupant.leave();
      await stage.say("room");
      await heard.message("room");
      assert.deepEqual(heard.data(), ["room"]);
      return refused?.status() === 503 ? "by 503" : WORKS;
    },
  },
  {
    id: "Drain",
    promise: "A deploy sends the reader away, and it goes on at the next server without loss or repetition",
    async run({ stage, heard, open }) {
      await open("/events");
      for (const text of ["1", "2", "3"]) await stage.say(text, { retry: 20 });
      await heard.message("3");
      await stage.replace();
      for (const text of ["4", "5"]) await stage.say(text);
      await heard.message("5");
      await stage.replace();
      await stage.say("6");
      await heard.message("6");
      assert.deepEqual(heard.data(), ["1", "2", "3", "4", "5", "6"]);
      return WORKS;
    },
  },
];
