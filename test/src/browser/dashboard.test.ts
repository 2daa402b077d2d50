import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type Dashboard, startDashboard } from "../support/dashboard.ts";

const desktop: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, locale: "en-US" };

/**
 * Runs in the page before its own code: notes the id of every event, apart from what the page itself counts, and keeps
 * the list over a reload.
 */
function noteIds(): void {
  const Native = EventSource;
  class Noting extends Native {
    constructor(url: string | URL) {
      super(url);
      for (const topic of ["cpu", "memory", "loop", "hub", "request"]) {
        this.addEventListener(topic, ({ lastEventId }) => {
          const ids = sessionStorage.getItem("noted") ?? "";
          sessionStorage.setItem("noted", `${ids} ${lastEventId}`);
        });
      }
    }
  }
  globalThis.EventSource = Noting;
}

async function start(port = 0): Promise<Dashboard> {
  const dashboard = await startDashboard(port);
  onTestFinished(async () => {
    await dashboard.stop();
  });
  return dashboard;
}

async function open(context: TestContext): Promise<Browser> {
  const browser = await launchChromium(context);
  onTestFinished(() => browser.close());
  return browser;
}

/** A page on the dashboard that is live, and the errors that it has had. */
async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = desktop,
): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
  });
  await page.addInitScript(noteIds);
  await page.goto(address);
  await page.waitForSelector('body[data-phase="live"]');
  return { page, errors };
}

function numberOf(page: Page, id: string): Promise<number> {
  return page.$eval(`#${id}`, (element) => Number((element.textContent ?? "").replaceAll(",", "")));
}

async function received(page: Page, more: number): Promise<void> {
  const before = await numberOf(page, "received");
  await page.waitForFunction(
    (least) => Number((document.getElementById("received")?.textContent ?? "").replaceAll(",", "")) >= least,
    before + more,
  );
}

function told(page: Page, text: string): Promise<unknown> {
  return page.waitForFunction(
    (wanted) => document.getElementById("story")?.textContent?.includes(wanted),
    text,
  );
}

/** The offsets of all events that came, by epoch, in the order in which they came. */
async function offsets(page: Page): Promise<Map<string, number[]>> {
  const noted = await page.evaluate(() => sessionStorage.getItem("noted") ?? "");
  const found = new Map<string, number[]>();
  for (const id of noted.trim().split(" ")) {
    const [epoch = "", offset] = id.split(".");
    found.set(epoch, [...(found.get(epoch) ?? []), Number(offset)]);
  }
  return found;
}

function expectDense(list: readonly number[]): void {
  const first = list[0] ?? 0;
  expect(list).toEqual(list.map((_, at) => first + at));
}

/** How many pixels of each canvas are painted. */
function painted(page: Page): Promise<number[]> {
  return page.$$eval("canvas", (canvases) =>
    canvases.map((canvas) => {
      // A copy: reading the canvas itself again and again has Chromium complain.
      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const context = copy.getContext("2d", { willReadFrequently: true });
      context?.drawImage(canvas, 0, 0);
      const data = context?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      let count = 0;
      for (let at = 3; at < data.length; at += 4) if ((data[at] ?? 0) > 0) count++;
      return count;
    }),
  );
}

test("the dashboard draws what comes, without an error", async (context) => {
  const { address } = await start();
  const { page, errors } = await visit(await open(context), address);
  await received(page, 8);
  await page.waitForFunction(() => document.querySelectorAll(".chart canvas").length === 4);
  for (const pixels of await painted(page)) expect(pixels).toBeGreaterThan(500);
  const [strip = 0] = await painted(page);
  await received(page, 16);
  // More events, more ticks.
  await expect.poll(async () => (await painted(page))[0]).toBeGreaterThan(strip);
  const readouts = await page.$$eval("[data-value]", (all) => all.map((one) => one.textContent));
  expect(readouts.filter((text) => !/\d/.test(text ?? ""))).toEqual([]);
  expect(errors).toEqual([]);
});

test("it is cut by its button, resumes without loss, and shows it; after a reload too", async (context) => {
  const { address } = await start();
  const { page, errors } = await visit(await open(context), address);
  await received(page, 8);

  await page.click("#cut");
  await page.waitForSelector('body[data-phase="reconnecting"]');
  await told(page, "Resumed after");
  await page.waitForSelector('body[data-phase="live"]');
  expect(await page.textContent("#story")).toMatch(/Resumed after \d+\.\d s: [1-9]\d* events, none missing/);
  const resumed = await numberOf(page, "resumed");
  expect(resumed).toBeGreaterThan(0);

  await received(page, 8);
  await page.reload();
  await told(page, "Resumed after a reload");
  expect(await numberOf(page, "resumed")).toBeGreaterThan(resumed);
  await received(page, 8);

  const found = [...(await offsets(page)).values()];
  expect(found.length).toBe(1);
  expectDense(found[0] ?? []);
  expect(await numberOf(page, "received")).toBeGreaterThan(24);
  expect([await numberOf(page, "missing"), await numberOf(page, "gaps")]).toEqual([0, 0]);
  // Chromium notes a connection that was cut; nothing else went wrong.
  expect(errors.filter((error) => !error.includes("net::ERR_INCOMPLETE_CHUNKED_ENCODING"))).toEqual([]);
});

test("a restart of the server is shown as a gap, and the page goes on", async (context) => {
  const first = await start();
  const { page } = await visit(await open(context), first.address);
  await received(page, 8);
  expect(await first.stop("SIGTERM")).toBe(0);
  await page.waitForSelector('body[data-phase="reconnecting"]');
  await start(Number(new URL(first.address).port));
  await told(page, "Gap: the server has begun a new history");
  await received(page, 8);
  expect([await numberOf(page, "missing"), await numberOf(page, "gaps")]).toEqual([0, 1]);
  const epochs = [...(await offsets(page)).values()];
  expect(epochs.length).toBe(2);
  for (const list of epochs) expectDense(list);
});

test("a refusal, which ends an EventSource for good, is shown, and the page asks again", async (context) => {
  const { address } = await start();
  const { page } = await visit(await open(context), address);
  await received(page, 8);
  await page.route("**/events*", (route) => route.fulfill({ status: 503, body: "not now" }), { times: 1 });
  await page.click("#cut");
  await page.waitForSelector('body[data-phase="closed"]');
  await told(page, "Resumed after");
  expect([await numberOf(page, "missing"), await numberOf(page, "gaps")]).toEqual([0, 0]);
});

test.for([
  ["a phone", { viewport: { width: 360, height: 740 }, isMobile: true, colorScheme: "light" }],
  ["a phone in the dark", { viewport: { width: 390, height: 844 }, isMobile: true, colorScheme: "dark" }],
  ["a tablet", { viewport: { width: 768, height: 1024 }, colorScheme: "light" }],
  ["a desktop in the dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
] as const)("it fits %s, in its colors", async ([, options], context) => {
  const { address } = await start();
  const { page, errors } = await visit(await open(context), address, { locale: "en-US", ...options });
  await received(page, 8);
  await page.waitForFunction(() => document.querySelectorAll(".chart canvas").length === 4);
  const { wide, dark } = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    dark: getComputedStyle(document.body)
      .backgroundColor.match(/\d+/g)
      ?.every((part) => Number(part) < 64),
  }));
  expect(wide).toBeLessThanOrEqual(0);
  expect(dark).toBe(options.colorScheme === "dark");
  expect(errors).toEqual([]);
});
