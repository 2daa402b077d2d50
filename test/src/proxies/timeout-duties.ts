import { setTimeout as passed } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Start } from "../../conformance/fixtures/fixture.ts";
import type { Driver } from "./driver.ts";
import { Stage } from "./stage.ts";

/** After how many milliseconds an impatient proxy cuts a quiet stream. */
const TIMEOUT = 2_000;

/** A quiet stream outlives the proxy's timeouts, since heartbeats come. */
export function timeoutDuties(driver: Driver, start: Start): void {
  const changes = driver.impatient;

  test("a quiet stream lives past three timeouts by its heartbeats", async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { changes, hub: { heartbeat: 500 } });
    const session = await stage.session();
    const topic = stage.server.name();
    const reader = await session.open(`/topics?topic=${topic}`);
    await passed(3 * TIMEOUT + 500);
    expect(reader.over).toBe(false);
    await stage.server.publish(topic, { data: "still here" });
    expect(await reader.data(1)).toEqual(["still here"]);
  });

  test("without heartbeats it is cut", async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { changes, hub: { heartbeat: false } });
    const session = await stage.session();
    const since = performance.now();
    const reader = await session.open(`/topics?topic=${stage.server.name()}`);
    await reader.ended();
    expect(performance.now() - since).toBeGreaterThan(TIMEOUT / 2);
  });
}
