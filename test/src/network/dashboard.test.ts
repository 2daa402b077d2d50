import { expect, onTestFinished, test } from "vitest";
import { type Dashboard, holdPort, startDashboard } from "../support/dashboard.ts";

async function start(port: number | string = 0): Promise<Dashboard> {
  const dashboard = await startDashboard(port);
  onTestFinished(async () => {
    await dashboard.stop();
  });
  return dashboard;
}

/** Reads a stream until its text matches, or to its end. */
async function readUntil(response: Response, wanted: RegExp): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (wanted.test(text)) break;
  }
  return text;
}

test("prints its address and a line for curl, and both work", async () => {
  const { address, output } = await start();
  expect(output()).toBe(
    `Longwave dashboard: ${address}\nThe same in a terminal: curl -N ${address}/events\n`,
  );
  const stream = await fetch(`${address}/events`);
  expect(stream.headers.get("content-type")).toBe("text/event-stream");
  const page = await fetch(`${address}/`);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(await page.text()).toContain("Drop my connection");
  const text = await readUntil(stream, /event: request\n.*event: hub\n/s);
  for (const name of ["checkpoint", "hello", "cpu", "memory", "loop", "hub", "request"])
    expect(text).toContain(`event: ${name}\n`);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends open streams with a last chunk, and the process with 0",
  async (signal) => {
    const { address, stop } = await start();
    const stream = await fetch(`${address}/events`);
    const [code, text] = await Promise.all([stop(signal), readUntil(stream, /^never$/)]);
    expect(code).toBe(0);
    // Without the last chunk, reading would have failed; and no frame was cut.
    expect(text.endsWith("\n\n")).toBe(true);
  },
);

test("takes a free port, and says so, when its own is taken", async () => {
  const { port, server } = await holdPort();
  onTestFinished(() => void server.close());
  const { address, output } = await start(port);
  expect(output()).toContain(`Port ${port} is taken`);
  expect(address).not.toContain(`:${port}`);
  expect((await fetch(address)).status).toBe(200);
});

test("refuses a PORT that is none", async () => {
  await expect(start("http")).rejects.toThrow(/PORT must be a number/);
});

test("cuts the stream that is named, and no other", async () => {
  const { address } = await start();
  const [mine, other] = await Promise.all([fetch(`${address}/events`), fetch(`${address}/events`)]);
  const [, id = ""] = /"stream":"([^"]+)"/.exec(await readHello(mine)) ?? [];
  const lost = mine.body?.getReader().closed;
  lost?.catch(() => {});
  const cut = await fetch(`${address}/streams/${id}/cut`, { method: "POST" });
  expect(cut.status).toBe(204);
  await expect(lost).rejects.toThrow();
  expect(await readUntil(other, /event: hub\n.*event: hub\n/s)).toContain("event: hub\n");
  expect((await fetch(`${address}/streams/${id}/cut`, { method: "POST" })).status).toBe(404);
});

async function readHello(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!/event: hello\n.*\n\n/s.test(text)) {
    const { value, done } = (await reader?.read()) ?? { done: true };
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader?.releaseLock();
  return text;
}
