import { beforeAll, describe, expect, test } from "vitest";
import { page } from "../bench/src/report/page.ts";
import { outcomeOf, reportOf } from "../bench/src/report/report.ts";
import type { Sample } from "../bench/src/report/row.ts";
import { table } from "../bench/src/report/text.ts";
import { orderOf } from "../bench/src/rounds.ts";
import { launchOf } from "../bench/src/runtime.ts";
import type { Scenario } from "../bench/src/scenario.ts";
import { scenarios } from "../bench/src/scenarios.ts";
import { bare, type ServerInfo, servers } from "../bench/src/servers.ts";
import { isMet, mean, median, quantile, spread } from "../bench/src/statistics.ts";
import { buildBench, stageOf } from "./support/bench.ts";
import { missing } from "./support/missing.ts";

beforeAll(buildBench);

describe("every server delivers what the loader counts", () => {
  const all = Object.entries(servers).filter(([, { can }]) => can.length > 0);

  test.concurrent.for(all)("%s", { timeout: 20_000 }, async ([name, info], context) => {
    if (launchOf(info.runtime) === undefined)
      missing(context, info.runtime, "npm install runs its install script");
    await using stage = await stageOf(name);
    for (const way of waysOf(info)) {
      // Twenty in a turn, then one in a turn: what is joined must not be lost, nor what is not.
      for (const perTurn of [20, 1]) {
        const events = 40;
        await stage.openFor(way, { events }, 3);
        const { lost, disorder, events: got, bytes, cpu } = await stage.deliver({ events, perTurn }, way);
        expect({ way, lost, disorder, got }).toEqual({ way, lost: 0, disorder: 0, got: 3 * events });
        // Each event's data is about 100 bytes; so many more would be another event, or none.
        expect(bytes / got).toBeGreaterThan(80);
        expect(bytes / got).toBeLessThan(200);
        expect(cpu).toBeGreaterThan(0);
        await stage.leave();
      }
    }
    if (info.can.includes("hello")) {
      expect(await stage.load("first", { route: "/hello", count: 2 })).toHaveLength(2);
    }
  });

  const withTopics = all.filter(([, { can, runtime }]) => can.includes("topics") && runtime === "node");

  test.concurrent.for(withTopics)(
    "topics of %s reach the readers that have them, and no others",
    { timeout: 20_000 },
    async ([name]) => {
      await using stage = await stageOf(name);
      await stage.open(4, { each: 1, of: 4, common: "all" });
      const own = await stage.deliver({ topics: 4, events: 10, perTurn: 4 });
      expect(own).toMatchObject({ events: 40, lost: 0, disorder: 0 });
      const common = await stage.deliver({ events: 10 });
      expect(common).toMatchObject({ events: 40, lost: 0, disorder: 0 });
    },
  );

  test.concurrent("a resume brings each reader what it missed, and encodes nothing again", {
    timeout: 20_000,
  }, async () => {
    await using stage = await stageOf("longwave-http");
    const lastEventId = await stage.server.ask<string>("cursor");
    await stage.server.ask("publish", { events: 30, perTurn: 7, bytes: 100, gap: 0 });
    await stage.open(5, { lastEventId, wanted: 30 });
    const { events, lost, disorder } = await stage.result();
    expect({ events, lost, disorder }).toEqual({ events: 150, lost: 0, disorder: 0 });
    expect(await stage.server.ask("encodes")).toBe(30);
  });

  test.concurrent.for(bare)("%s lets readers in, and hears them leave", { timeout: 20_000 }, async (name) => {
    await using stage = await stageOf(name);
    await stage.open(3);
    expect(await stage.server.ask("open")).toBe(3);
    const { heap, rss } = await stage.memory();
    expect(heap).toBeGreaterThan(0);
    expect(rss).toBeGreaterThan(heap);
    await stage.leave();
    await stage.hold();
    expect(await stage.load("churn", { count: 20 })).toMatchObject({ opened: 20, failed: 0 });
    await stage.settle(10_000);
    expect(await stage.server.ask("open")).toBe(stage.held);
  });
});

test("a server that loses events is found out", { timeout: 20_000 }, async () => {
  await using stage = await stageOf("http");
  stage.patience = { quiet: 200, limit: 2_000 };
  await stage.open(2, { route: "/own" });
  // Nobody subscribed: all are lost.
  const { lost, events } = await stage.deliver({ events: 5 }, "publish");
  expect({ lost, events }).toEqual({ lost: 10, events: 0 });
});

function waysOf({ can }: ServerInfo): ("publish" | "send" | "pipe")[] {
  return (["publish", "send", "pipe"] as const).filter((way) => can.includes(way));
}

describe("statistics", () => {
  test("the median is the middle, or the mean of the two", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
    expect(median([Number.NaN, 7])).toBe(7);
  });

  test("the spread holds half of the values, whatever one odd round did", () => {
    expect(spread([1, 2, 3, 4, 100])).toEqual([2, 4]);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(mean([1, 2, 6])).toBe(3);
  });

  test("a target is met by the median, or by a spread that reaches it", () => {
    expect(isMet([1, 1.1, 1.2], { most: 1.1 })).toBe(true);
    expect(isMet([1, 1.3, 1.4], { most: 1.2 })).toBe(true);
    expect(isMet([1.2, 1.3, 1.4], { most: 1.2 })).toBe(false);
    expect(isMet([0.8, 0.9, 1.1], { least: 0.95 })).toBe(true);
    expect(isMet([0.7, 0.8, 0.9], { least: 0.95 })).toBe(false);
    expect(isMet([], { most: 1 })).toBe(false);
  });
});

describe("the report", () => {
  const scenario: Scenario = {
    name: "made-up",
    title: "Made up <b>",
    about: "For the test.",
    servers: ["net", "longwave-express"],
    limit: "net",
    figures: [{ key: "cpu", label: "CPU", unit: "µs" }],
    targets: [{ servers: ["longwave-express"], figure: "cpu", as: "ratio", most: 1.2 }],
    run: () => Promise.resolve({}),
  };
  const sample = (server: string, round: number, cpu: number): Sample => ({
    server,
    round,
    figures: { cpu },
  });
  const samples = [
    sample("net", 0, 4),
    sample("longwave-express", 0, 6),
    sample("net", 0, 6),
    sample("net", 1, 10),
    sample("longwave-express", 1, 11),
    sample("net", 1, 12),
  ];
  const outcome = outcomeOf(scenario, samples, ["http: <it> fell"]);

  test("ratios are to both runs of the limit in the same round, and its second over its first is the noise", () => {
    const row = outcome.rows.find(({ server }) => server === "longwave-express");
    expect(row?.ratio.values).toEqual([6 / 5, 1]);
    expect(row?.verdicts).toMatchObject([{ met: true }]);
    expect(outcome.noise.values).toEqual([1.5, 1.2]);
  });

  test("the table has the ratio, the noise, the verdict and what failed", () => {
    const text = table(outcome);
    expect(text).toMatch(/Longwave, Express +1\.1×/);
    expect(text).toContain("noise: net again is 1.35× itself");
    expect(text).toContain("met     longwave-express");
    expect(text).toContain("did not run: http: <it> fell");
  });

  test("the page needs nothing from elsewhere, and no name becomes markup", () => {
    const html = page(reportOf([outcome], 2, true));
    expect(html).toContain("<svg");
    expect(html).not.toMatch(/https?:\/\/|<script|<link|@import|url\(/);
    expect(html).not.toContain("<it>");
  });
});

describe("the plan", () => {
  test("the limit runs first and last, with all that others are held against", () => {
    const idle = scenarios.find(({ name }) => name === "idle");
    expect(idle).toBeDefined();
    if (idle === undefined) return;
    expect(orderOf(idle, ["longwave-koa"])).toEqual(["net", "bare-koa", "longwave-koa", "net"]);
  });

  test("every scenario names servers that there are, and targets figures that it has", () => {
    for (const { name, servers: taking, limit, base, figures, targets } of scenarios) {
      for (const server of [limit, ...taking]) {
        expect(servers, name).toHaveProperty([server]);
        expect(servers, name).toHaveProperty([base?.(server) ?? limit]);
      }
      expect(taking, name).toEqual([...new Set(taking)]);
      for (const target of targets) {
        expect(
          figures.map(({ key }) => key),
          name,
        ).toContain(target.figure);
        for (const server of target.servers) expect(taking, name).toContain(server);
      }
    }
  });
});
