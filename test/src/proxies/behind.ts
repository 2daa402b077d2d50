import { describe } from "vitest";
import { start as express } from "../../conformance/fixtures/express.ts";
import type { Start } from "../../conformance/fixtures/fixture.ts";
import { start as hono } from "../../conformance/fixtures/hono.ts";
import type { Driver } from "./driver.ts";
import { passingDuties } from "./passing-duties.ts";
import { promptDuties } from "./prompt-duties.ts";
import { reloadDuties } from "./reload-duties.ts";
import { timeoutDuties } from "./timeout-duties.ts";

/** One writes its heads itself; the other answers with a web stream, whose head is the server's to write. */
const servers: Readonly<Record<string, Start>> = { express, hono };

/** Declares what a proxy must leave whole, with the configurations that PROXIES.md shows for it. */
export function behind(driver: Driver): void {
  for (const [name, start] of Object.entries(servers)) {
    describe.concurrent(`${driver.name} before ${name}`, () => {
      for (const duties of [promptDuties, timeoutDuties, passingDuties, reloadDuties]) duties(driver, start);
    });
  }
}
