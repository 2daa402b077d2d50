import { setTimeout as passed } from "node:timers/promises";
import { MemoryLog } from "@longwave/core";
import { expect, type TestContext, test } from "vitest";
import type { App } from "../../conformance/client/app.ts";
import type { Start } from "../../conformance/fixtures/fixture.ts";
import type { Driver } from "./driver.ts";
import { Stage } from "./stage.ts";

const READERS = 50;

/** Every event once. */
const WHOLE = { lost: 0, repeated: 0, gaps: 0, stopped: 0 };

/** What becomes of streams when the proxy, or the server behind it, is replaced: nobody loses or repeats an event. */
export function reloadDuties(driver: Driver, start: Start): void {
  const { hurried: changes, reloadCuts } = driver;

  test(`${READERS} readers follow over a reload, which ${reloadCuts ? "cuts" : "leaves"} them`, async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { changes });
    const { server, proxy } = stage;
    const followers = await stage.followers("numbers", READERS);
    const numbers = new Numbers(context, server);
    await followers.had(5);
    await proxy.reload({ which: "complete", upstream: server.url, changes });
    if (reloadCuts) await followers.opened(2);
    else await followers.had(numbers.last + 20);
    await followers.had(await numbers.stop());
    expect(followers.found).toEqual(WHOLE);
    if (!reloadCuts) expect(followers.opens).toEqual([1, 1]);
  });

  test(`${READERS} readers follow over a restart, which cuts them`, async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { changes });
    const followers = await stage.followers("numbers", READERS);
    const numbers = new Numbers(context, stage.server);
    await followers.had(5);
    await stage.proxy.restart();
    await followers.opened(2);
    await followers.had(await numbers.stop());
    expect(followers.found).toEqual(WHOLE);
  });

  test("a deploy: the proxy is reloaded with another server, then the first is drained", async (context) => {
    const hub = { log: new MemoryLog(), retry: [50, 100] } as const;
    const stage = await Stage.set(context, driver, start, "smallest", { hub });
    const { server, proxy } = stage;
    const next = await stage.another(hub);
    const followers = await stage.followers("numbers", READERS);
    const numbers = new Numbers(context, next);
    await followers.had(5);
    await proxy.reload({ which: "smallest", upstream: next.url });
    // New requests go to the server that nobody reads yet; the streams stay where they are.
    const app = stage.app();
    while ((await app.happenings()).open > 0) await passed(20);
    expect(followers.opens).toEqual([1, 1]);

    await server.drain(500);
    expect(await server.drained()).toMatchObject({ ended: READERS, cut: 0 });
    await followers.opened(2);
    await followers.had(await numbers.stop());
    expect(followers.found).toEqual(WHOLE);
    expect((await next.happenings()).open).toBe(READERS);
  });
}

/** Publishes one number after the other. The first says how soon to come back to who is cut. */
class Numbers {
  last = 0;
  readonly #running: Promise<void>;
  #over = false;

  constructor(context: TestContext, app: App) {
    this.#running = this.#run(app);
    context.onTestFinished(async () => {
      await this.stop();
    });
  }

  /** Resolves with the last that was published. */
  async stop(): Promise<number> {
    this.#over = true;
    await this.#running;
    return this.last;
  }

  async #run(app: App): Promise<void> {
    while (!this.#over) {
      await app.publish("numbers", { data: this.last + 1, ...(this.last === 0 ? { retry: 50 } : {}) });
      this.last++;
      await passed(20);
    }
  }
}
