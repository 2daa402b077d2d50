import chromium from "@sparticuz/chromium";
import { type Browser, chromium as playwright } from "playwright-core";
import type { TestContext } from "vitest";
import { missing } from "./missing.ts";

/**
 * A real Chromium, for tests of the projects `browser` and `readers`, which set what the bundled one needs. That one is for Linux
 * on x64; elsewhere an installed Chrome takes its place.
 */
export async function launchChromium(context: TestContext): Promise<Browser> {
  // Not chromium.args: they turn off web security, and with it CORS, and break a second context.
  if (process.platform === "linux" && process.arch === "x64")
    return playwright.launch({ executablePath: await chromium.executablePath(), args: ["--no-sandbox"] });
  try {
    return await playwright.launch({ channel: "chrome" });
  } catch {
    return missing(
      context,
      "Chrome",
      "install Google Chrome, or run the tests on Linux (x64), which need nothing",
    );
  }
}
