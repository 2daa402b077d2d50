import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Visit } from "../../conformance/client/asking.ts";
import { Reader } from "../../conformance/client/reader.ts";
import { type Example, startExample } from "../support/example.ts";
import { node, root } from "../support/run.ts";

/** What each is asked for, and whether a header that its framework's hooks set must be on the stream. */
const examples = [
  { name: "fastify", script: "start", path: "/prices", hooks: true },
  { name: "h3", script: "start", path: "/prices", hooks: true },
  { name: "route-handler", script: "start", path: "/api/prices", hooks: false },
  { name: "elysia", script: "start", path: "/prices", hooks: true },
  { name: "elysia", script: "plain", path: "/prices", hooks: false },
] as const;

/** As an EventSource asks. */
const native = { accept: "text/event-stream" };

async function start({ name, script }: (typeof examples)[number]): Promise<Example> {
  const example = await startExample(name, script);
  onTestFinished(async () => {
    await example.stop();
  });
  return example;
}

async function open(url: string, visit: Visit = { headers: native }): Promise<Reader> {
  const reader = await Reader.open(url, visit);
  onTestFinished(() => reader.leave());
  return reader;
}

/** The first tick that tells of so many readers. */
function tickOf(reader: Reader, readers: number): Promise<unknown> {
  return reader.find(({ data }) => data.endsWith(`"readers":${readers}}`), `a tick with ${readers} readers`);
}

describe.for(examples)("examples/$name, $script", (example) => {
  const { path, hooks } = example;

  test("has a page that opens the stream", async () => {
    const { address } = await start(example);
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toContain("text/html");
    const html = await page.text();
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toContain(`new EventSource("${path}")`);
  });

  test("opens a stream at once, and sends events as they come", async () => {
    const { address } = await start(example);
    const reader = await open(address + path);
    expect(reader.status).toBe(200);
    expect(reader.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    expect(reader.headers["access-control-allow-origin"]).toBe(hooks ? "*" : undefined);
    expect((await reader.next()).event).toBe("checkpoint");
    expect(await reader.next()).toMatchObject({ event: "tick", data: expect.stringMatching(/"readers":1/) });
  });

  test("sees a reader leave, and sends it all that it has missed when it comes back", async () => {
    const { address } = await start(example);
    const stays = await open(address + path);
    const leaves = await open(address + path);
    await tickOf(stays, 2);
    await leaves.next();
    const { id = "" } = await leaves.next();
    leaves.leave();
    await stays.find(
      ({ data, id: at = "" }) => data.endsWith('"readers":1}') && offset(at) > offset(id),
      "a tick with one reader after one has left",
    );
    const back = await open(address + path, { headers: { ...native, "last-event-id": id } });
    const missed = stays.own.filter((event) => offset(event.id) > offset(id));
    await back.data(missed.length + 1);
    expect(back.own.slice(0, missed.length)).toEqual(missed);
    expect(back.own.map((event) => offset(event.id))).toEqual(back.own.map((_, at) => offset(id) + 1 + at));
    expect(back.events.map(({ event }) => event)).not.toContain("gap");
  });

  test("sends its readers away on SIGTERM, those that come meanwhile too, and ends with 0", async () => {
    const { address, stop } = await start(example);
    // They go one after the other, so that there is a meanwhile.
    const readers = await Promise.all(Array.from({ length: 40 }, () => open(address + path)));
    await Promise.all(readers.map((reader) => reader.next()));
    const stopped = stop("SIGTERM");
    await Promise.race(readers.map((reader) => reader.ended()));
    const late = await open(address + path);
    expect(late.status).toBe(200);
    expect(await stopped).toBe(0);
    for (const reader of [...readers, late]) {
      expect(await reader.ended()).toBe("clean");
      expect(reader.events.at(-1)?.event).toBe("reconnect");
      expect(reader.retries).toHaveLength(1);
    }
  });
});

test("examples/route-handler keeps its hub when its modules are run anew", async () => {
  const { href } = pathToFileURL(join(root, "examples/route-handler/dist/events.js"));
  const script = `
    const [one, two] = [await import("${href}?1"), await import("${href}?2")];
    console.log(one !== two, one.events === two.events);`;
  expect(await node(["--input-type=module", "--eval", script])).toMatchObject({
    stdout: "true true\n",
    code: 0,
  });
});

function offset(cursor = ""): number {
  return Number(cursor.split(".")[1]);
}
