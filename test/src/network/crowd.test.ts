import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { node } from "../support/run.ts";
import { codeOf, run } from "./races/running.ts";

/** Runs until it is told to stop, a round in each turn of the event loop. */
function load(round: (at: number) => void): { stop(): Promise<void> } {
  let going = true;
  const done = (async () => {
    for (let at = 0; going; at++) {
      round(at);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  })();
  return {
    stop: () => {
      going = false;
      return done;
    },
  };
}

test("publish, finish, send, close, subscribe and drain at once: each reader's story is whole", async () => {
  const { events, open } = await run(
    {
      "/": (stream) => stream.subscribe(["n", `own-${stream.id}`]),
      "/pipe": (stream) => stream.pipe([{ data: "a" }, { data: "b" }]),
    },
    { history: { events: 1_000_000, bytes: 2 ** 30 } },
  );
  let published = 0;
  const publishing = load((at) => {
    // In the drain, too; not once the hub is closed.
    if (codeOf(() => void events.publish("n", { data: published }).catch(() => {})) !== "none") return;
    published++;
    void events.publish(`t-${at}`, { data: 1 }).catch(() => {});
    void events.finish(`t-${at}`).catch(() => {});
    events.limit({ streams: 1_000 + at });
    const open = [...events.streams].filter(({ topics }) => topics.has("n"));
    if (at % 7 === 0) for (const stream of open) stream.send({ event: "own", data: at });
    if (at % 50 === 0) open[at % open.length]?.close();
  });
  let visits = 0;
  let enough = (): void => {};
  const busy = new Promise<void>((resolve) => {
    enough = resolve;
  });
  const stories = Array.from({ length: 20 }, async (_, at) => {
    const story: number[] = [];
    let lastId: string | undefined;
    for (;;) {
      const target = at % 5 === 0 ? "/pipe" : `/${lastId === undefined ? "" : `?lastEventId=${lastId}`}`;
      const reader = await open(target);
      if (reader.status === 503) return story;
      expect(reader.status).toBe(200);
      if (at % 10 === 1 && visits % 3 === 0) {
        // This one leaves by itself, in the midst of it all.
        await reader.data(20);
        reader.leave("reset");
      }
      await reader.ended();
      if (++visits === 200) enough();
      const got = reader.own.filter(({ event }) => event === "message").map(({ data }) => data);
      if (target === "/pipe") expect(got).toEqual(["a", "b"]);
      else story.push(...got.map(Number));
      lastId = target === "/pipe" ? undefined : reader.lastId;
    }
  });
  await busy;
  const drained = events.drain({ within: 300 });
  const all = await Promise.all(stories);
  await drained;
  await publishing.stop();
  expect(events.streams.size).toBe(0);
  for (const [at, story] of all.entries()) {
    if (at % 5 === 0) continue;
    const first = story[0] ?? 0;
    expect(story.length).toBeGreaterThan(0);
    expect(story.findIndex((number, place) => number !== first + place)).toBe(-1);
  }
});

test("20,000 readers come and leave: nothing of them is left", { timeout: 120_000 }, async () => {
  const script = fileURLToPath(new URL("races/leavers.mjs", import.meta.url));
  const { code, stdout, stderr } = await node([
    "--expose-gc",
    "--disable-warning=ExperimentalWarning",
    script,
    "20000",
  ]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const { before, after, closed } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
    before: { heap: number };
    after: { heap: number };
    closed: number;
  };
  expect(closed).toBe(25_000);
  expect(after).toEqual({ ...before, heap: after.heap });
  expect(after).toMatchObject({ streams: 0, intervals: 0, kept: 0, errors: 0 });
  // 25 bytes of each would be half of this.
  expect(after.heap - before.heap).toBeLessThan(1_000_000);
});
