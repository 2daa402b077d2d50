import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type DrainReport, Hub } from "@longwave/core";
import { afterEach, expect, test } from "vitest";
import { startRemoteLog } from "../logs/remote-log.ts";
import { Balancer } from "./rolling/balancer.ts";
import { lendLog } from "./rolling/lend-log.ts";

/** What is to be ended after each test, whatever came of it; the last first. */
const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (let end = endings.pop(); end !== undefined; end = endings.pop()) await end();
});

function start(file: URL, options: object): ChildProcess {
  const child = fork(fileURLToPath(file), [JSON.stringify(options)], {
    // Bytes go as bytes.
    serialization: "advanced",
    // The flags of the test process are not theirs.
    execArgv: [],
  });
  // Closing a hub leaves no listener; two for the log and one for each message waited for are few.
  child.setMaxListeners(0);
  endings.push(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  });
  return child;
}

/** The first message of a kind; rejects if the process ends before. */
function said<Message>(child: ChildProcess, what: string): Promise<Message> {
  return new Promise((resolve, reject) => {
    const listen = (message: { readonly what?: string }): void => {
      if (message.what !== what) return;
      child.off("message", listen);
      resolve(message as Message);
    };
    child.on("message", listen);
    child.once("exit", (code) => reject(new Error(`A process ended with ${code} before it said "${what}".`)));
  });
}

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

interface Found {
  readonly lost: number;
  readonly repeated: number;
  readonly cut: number;
  readonly other: number;
  readonly refused: number;
  readonly connects: number;
  readonly gaps: number;
  readonly silent: number;
  readonly unmoved: number;
}

interface Plan {
  readonly shared: boolean;
  readonly readers: number;
  readonly within: number;
  /** Every so many milliseconds an event. */
  readonly pace: number;
}

/** Replaces one server after the other under readers and a publisher; gives what the readers have found. */
async function roll({ shared, readers: count, within, pace }: Plan): Promise<{
  found: Found;
  reports: DrainReport[];
  busiest: number;
  published: number;
}> {
  const remote = shared ? await startRemoteLog() : undefined;
  if (remote !== undefined) endings.push(() => remote.stop());

  async function serve(): Promise<Server> {
    const child = start(new URL("rolling/server.mjs", import.meta.url), { shared, retry: [100, 1_000] });
    const listening = said<{ port: number }>(child, "listening");
    if (remote !== undefined) lendLog(await remote.connect(), child);
    return { child, port: (await listening).port };
  }

  const balancer = await Balancer.listen();
  endings.push(() => balancer.close());
  let servers = [await serve(), await serve()];
  balancer.ports = servers.map(({ port }) => port);

  const readers = start(new URL("rolling/readers.mjs", import.meta.url), {
    readers: count,
    port: balancer.port,
  });
  await said(readers, "opened");

  // The load. To a shared log one publisher alone gives the numbers their order; by logs of their own each server
  // publishes all of them.
  const publisher = remote === undefined ? undefined : new Hub({ log: await remote.connect() });
  endings.push(async () => publisher?.close());
  let published = 0;
  const publish = (): void => {
    const number = ++published;
    if (publisher === undefined) for (const { child } of servers) child.send({ what: "publish", number });
    else void publisher.publish("numbers", { data: number });
  };
  publish();
  const load = setInterval(publish, pace);
  endings.push(async () => clearInterval(load));

  const reports: DrainReport[] = [];
  const since = performance.now();
  for (const old of servers) {
    const kept = servers.filter((server) => server !== old);
    const fresh = await serve();
    servers = [...kept, fresh];
    balancer.ports = servers.map(({ port }) => port);
    const exited = once(old.child, "exit");
    const drained = said<{ report: DrainReport }>(old.child, "drained");
    old.child.send({ what: "drain", within });
    reports.push((await drained).report);
    // Nothing of the hub or its server keeps the process alive.
    expect(await exited).toEqual([0, null]);
  }
  clearInterval(load);
  publish();
  const done = said<Found>(readers, "done");
  readers.send({ last: published });
  const found = await done;
  return { found, reports, busiest: balancer.busiestSecond(since), published };
}

const READERS = 2_000;

test("two servers on one log are replaced under 2,000 readers: none loses an event, or has one twice", {
  timeout: 90_000,
}, async () => {
  const within = 8_000;
  const { found, reports, busiest, published } = await roll({
    shared: true,
    readers: READERS,
    within,
    pace: 100,
  });
  expect(published).toBeGreaterThan(20);
  expect(found).toMatchObject({ lost: 0, repeated: 0, gaps: 0, cut: 0, other: 0, unmoved: 0 });
  expect(reports.reduce((sum, { ended }) => sum + ended, 0)).toBe(found.connects - READERS - found.refused);
  for (const { cut, took } of reports) {
    expect(cut).toBe(0);
    expect(took).toBeLessThan(2 * within);
  }
  // Half of the readers at first, then three quarters, are spread over the window. A machine that stalls bunches
  // them; all at once they would be more than are allowed here.
  const perSecond = ((READERS * 0.75) / (within * 0.8)) * 1_000;
  expect(busiest).toBeLessThan(4 * perSecond);
});

test("by logs of their own, each reader that is moved is told of the gap, and goes on", {
  timeout: 60_000,
}, async () => {
  const readers = 200;
  const { found, reports } = await roll({ shared: false, readers, within: 1_000, pace: 50 });
  expect(found).toMatchObject({ lost: 0, repeated: 0, silent: 0, cut: 0, other: 0, unmoved: 0 });
  expect(found.gaps).toBe(found.connects - readers - found.refused);
  expect(reports.reduce((sum, { cut }) => sum + cut, 0)).toBe(0);
});
