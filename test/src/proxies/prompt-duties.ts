import { expect, test } from "vitest";
import { within } from "../../conformance/client/within.ts";
import type { Start } from "../../conformance/fixtures/fixture.ts";
import type { Driver } from "./driver.ts";
import { Stage } from "./stage.ts";

/** How long an event may take, in milliseconds. One that is held takes for ever: nothing comes to push it on. */
const PROMPT = 2_000;

/** An event is not held back. Each is published only when the one before has come, and nothing else is sent. */
export function promptDuties(driver: Driver, start: Start): void {
  test("the smallest configuration brings the first event and each later one at once", async (context) => {
    const stage = await Stage.set(context, driver, start, "smallest", { hub: { heartbeat: false } });
    const app = stage.app();
    const topic = app.name();
    const reader = await app.open(`/topics?topic=${topic}`);
    await within(reader.next(), () => "the checkpoint", PROMPT);
    for (let count = 1; count <= 10; count++) {
      await stage.server.publish(topic, { data: count });
      await within(reader.data(count), () => `event ${count}`, PROMPT);
    }
  });

  test("20 streams in one HTTP/2 connection have each event at once, with compression on", async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { hub: { heartbeat: false } });
    const { server } = stage;
    const session = await stage.session();
    // Told of again below, in an answer that is long enough to be worth compressing.
    const [topic, name] = [server.name(), "reader".repeat(10)];
    const readers = await Promise.all(
      Array.from({ length: 20 }, () => session.open(`/topics?topic=${topic}&name=${name}`)),
    );
    for (let count = 1; count <= 10; count++) {
      await server.publish(topic, { data: count });
      const all = Promise.all(readers.map((reader) => reader.data(count)));
      await within(all, () => `event ${count} at each reader`, PROMPT);
    }
    for (const { headers } of readers) expect(headers["content-encoding"] === "gzip").toBe(driver.compresses);
    // Compression is on indeed: other answers are compressed.
    const page = await session.open("/control");
    expect(page.headers["content-encoding"]).toBe("gzip");
  });

  test("a stream that begins with a large event is not held by compression either", async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { hub: { heartbeat: false } });
    const { server } = stage;
    const session = await stage.session();
    const name = server.name();
    const large = encodeURIComponent(JSON.stringify([{ data: "x".repeat(2_000) }]));
    const reader = await session.open(`/send?name=${name}&events=${large}`);
    await within(reader.data(1), () => "the large event", PROMPT);
    for (let count = 2; count <= 10; count++) {
      await server.sendTo(name, { data: count });
      await within(reader.data(count), () => `event ${count}`, PROMPT);
    }
    expect(reader.headers["content-encoding"] === "gzip").toBe(driver.compresses);
  });
}
