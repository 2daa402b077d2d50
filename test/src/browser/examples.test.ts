import { expect, onTestFinished, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { startExample } from "../support/example.ts";

const examples: readonly (readonly [string, string])[] = [
  ["fastify", "start"],
  ["h3", "start"],
  ["route-handler", "start"],
  ["elysia", "start"],
  ["elysia", "plain"],
];

test("the page of each example shows events, the newest above", async (context) => {
  const browser = await launchChromium(context);
  onTestFinished(() => browser.close());
  for (const [name, script] of examples) {
    const example = await startExample(name, script);
    onTestFinished(async () => {
      await example.stop();
    });
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.goto(example.address);
    const log = page.locator("#log");
    await log.filter({ hasText: /"readers":1\}\n.*"readers":1\}\n/ }).waitFor();
    const lines = (await log.textContent())?.trimEnd().split("\n") ?? [];
    const offsets = lines.map((line) => Number(/^\S+\.(\d+) \{"price":\d+,"readers":1\}$/.exec(line)?.[1]));
    const newest = offsets[0] ?? Number.NaN;
    expect(offsets, name).toEqual(offsets.map((_, at) => newest - at));
    expect(errors, name).toEqual([]);
    await page.close();
  }
});
