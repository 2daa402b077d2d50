import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { afterAll, type TestContext } from "vitest";
import { launchChromium } from "../src/support/chromium.ts";
import { Heard } from "./heard.ts";
import type { Reader } from "./reader.ts";
import type { Scenario } from "./scenario.ts";
import { Stage } from "./stage.ts";

/** One for all of a file: it takes longer to start than most scenarios take. */
let browser: Promise<Browser> | undefined;

afterAll(async () => (await browser)?.close());

/** Plays a scenario with a reader, and gives what was found. */
export async function play(
  reader: Reader,
  { hub, run }: Pick<Scenario, "hub" | "run">,
  context: TestContext,
): Promise<string> {
  const chromium = () => {
    browser ??= launchChromium(context);
    return browser;
  };
  const stage = await Stage.open(hub);
  const heard = new Heard();
  let stop = async () => {};
  const open = async (path: string) => {
    stop = await reader.open({ origin: stage.origin, browser: chromium }, path, heard.add);
  };
  try {
    const found = await run({ stage, heard, open });
    // Whatever the scenario: what the stream says of itself is no message, and nothing is that nobody has said.
    const foreign = heard.data().filter((data) => !stage.said.has(data));
    assert.deepEqual(foreign, [], "messages that nobody has said");
    return found;
  } finally {
    await stop();
    await stage.close();
  }
}
