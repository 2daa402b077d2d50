import { expect, test } from "vitest";
import type { Start } from "../../conformance/fixtures/fixture.ts";
import type { Driver } from "./driver.ts";
import { Stage } from "./stage.ts";

const NATIVE = { accept: "text/event-stream" };

/** What is said on either side reaches the other: leaving, ends, refusals, headers. */
export function passingDuties(driver: Driver, start: Start): void {
  test("the server sees at once that a reader has left", async (context) => {
    // No heartbeat that would find out.
    const stage = await Stage.set(context, driver, start, "smallest", { hub: { heartbeat: false } });
    const app = stage.app();
    const name = app.name();
    const reader = await app.subscribed(`/topics?topic=${app.name()}&name=${name}`);
    reader.leave();
    expect(await stage.server.told("close", name)).toMatchObject({ reason: "left" });
  });

  test("the server sees that one stream of an HTTP/2 connection has left; the others stay", async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { hub: { heartbeat: false } });
    const { server } = stage;
    const session = await stage.session();
    const [topic, name] = [server.name(), server.name()];
    const leaver = await session.open(`/topics?topic=${topic}&name=${name}`);
    const other = await session.open(`/topics?topic=${topic}`);
    leaver.leave();
    expect(await server.told("close", name)).toMatchObject({ reason: "left" });
    await server.publish(topic, { data: "on" });
    expect(await other.data(1)).toEqual(["on"]);
  });

  test("Last-Event-ID reaches the server: the reader goes on behind it", async (context) => {
    const stage = await Stage.set(context, driver, start, "smallest");
    const app = stage.app();
    const topic = app.name();
    const [first = ""] = await stage.server.publish(topic, { data: 1 }, { data: 2 }, { data: 3 });
    const back = await app.open(`/topics?topic=${topic}`, { headers: { "last-event-id": first } });
    expect(await back.data(2)).toEqual(["2", "3"]);
  });

  test("the end of a source is a clean end, and 204 for who comes back to it", async (context) => {
    const stage = await Stage.set(context, driver, start, "smallest");
    const app = stage.app();
    const reader = await app.open("/pipe?count=3");
    expect(await reader.ended()).toBe("clean");
    expect(reader.lastId).toBe("~end");
    const back = await app.ask("/pipe?count=3", { headers: { "last-event-id": "~end" } });
    expect(back.status).toBe(204);
  });

  test("a drain ends streams cleanly, and refusals come as they were sent", async (context) => {
    const stage = await Stage.set(context, driver, start, "smallest", { hub: { retry: [100, 200] } });
    const app = stage.app();
    const path = `/topics?topic=${app.name()}`;
    const readers = await Promise.all(Array.from({ length: 10 }, () => app.subscribed(path)));
    await stage.server.drain(300);
    for (const reader of readers) {
      expect(await reader.ended()).toBe("clean");
      expect(reader.events.at(-1)).toMatchObject({ event: "reconnect", data: '{"reason":"shutdown"}' });
    }
    expect(await stage.server.drained()).toMatchObject({ ended: 10, cut: 0 });

    const native = await app.open(path, { headers: NATIVE });
    expect([native.status, await native.ended()]).toEqual([200, "clean"]);
    expect(native.events).toMatchObject([{ event: "reconnect", data: '{"reason":"refused"}' }]);
    expect(native.retries[0]).toBeGreaterThanOrEqual(100);
    const other = await app.ask(path);
    expect([other.status, other.headers["retry-after"]]).toEqual([503, "1"]);
    expect(JSON.parse(other.text)).toEqual({ code: "HUB_CLOSED" });
  });

  test("limits per client go by the address that the proxy adds, not by what clients claim", async (context) => {
    const hub = { trustedProxies: 1, limits: { streamsPerClient: 1 } };
    const stage = await Stage.set(context, driver, start, "complete", { hub });
    const session = await stage.session();
    const path = `/topics?topic=${stage.server.name()}`;
    const first = await session.open(path, { "x-forwarded-for": "192.0.2.1" });
    const second = await session.open(path, { "x-forwarded-for": "192.0.2.2" });
    expect([first.headers[":status"], second.headers[":status"]]).toEqual([200, 429]);
  });

  test("the server is told the name that the reader asked for", async (context) => {
    const stage = await Stage.set(context, driver, start, "complete", { hub: { hosts: ["events.example"] } });
    const session = await stage.session();
    const path = `/topics?topic=${stage.server.name()}`;
    const known = await session.open(path, { ":authority": "events.example" });
    const other = await session.open(path, { ":authority": "elsewhere.example" });
    expect([known.headers[":status"], other.headers[":status"]]).toEqual([200, 403]);
  });
}
