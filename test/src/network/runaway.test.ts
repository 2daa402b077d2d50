import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { HistoryOptions } from "@longwave/core";
import { type NodeSse, sse } from "@longwave/core/node";
import { createParser } from "eventsource-parser";
import { expect, onTestFinished, test } from "vitest";

const READERS = 50;
const EVENTS = 10_000;
const FILL = "x".repeat(1_000);

/** What one reader has heard: the numbers in order, and the gaps it was told of. */
interface Heard {
  readonly missing: number;
  readonly repeated: number;
  readonly gaps: number;
}

async function served(history: HistoryOptions): Promise<{ events: NodeSse<object>; url: string }> {
  const events = sse<object>({ history });
  const server = createServer((request, response) => void events(request, response).subscribe("numbers"));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    await events.close();
    server.closeAllConnections();
    server.close();
  });
  return { events, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

/** Reads as fast as it comes, up to the number that ends the run. */
async function reader(url: string): Promise<{ readonly heard: Promise<Heard> }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false }, resolve).on("error", reject);
  });
  const heard = new Promise<Heard>((resolve, reject) => {
    let [next, missing, repeated, gaps] = [0, 0, 0, 0];
    const parser = createParser({
      onEvent({ event, data }) {
        if (event === "gap") gaps++;
        if (event !== undefined) return;
        const number = Number.parseInt(data, 10);
        if (number < next) repeated++;
        else missing += number - next;
        next = number + 1;
        if (number < EVENTS) return;
        response.destroy();
        resolve({ missing, repeated, gaps });
      },
    });
    response.setEncoding("utf8");
    response.on("data", (text: string) => parser.feed(text));
    response.on("end", () => reject(new Error(`The stream ended before number ${next}.`)));
    response.on("error", () => {});
  });
  return { heard };
}

async function readers(url: string): Promise<Promise<Heard>[]> {
  const all = await Promise.all(Array.from({ length: READERS }, () => reader(url)));
  return all.map(({ heard }) => heard);
}

test("a producer that waits for `settled` runs none of 50 readers off a small log", async () => {
  const { events, url } = await served({ events: 500, bytes: 1024 * 1024 });
  const heard = await readers(url);
  for (let number = 0; number <= EVENTS; number++) {
    void events.publish("numbers", { data: `${number} ${FILL}` });
    if (number % 200 === 0) await events.settled({ patience: 10_000 });
  }
  for (const one of await Promise.all(heard)) expect(one).toEqual({ missing: 0, repeated: 0, gaps: 0 });
});

test("a producer that waits for nobody runs readers off the log: each is told of its gap", async () => {
  const { events, url } = await served({ events: 500, bytes: 1024 * 1024 });
  const heard = await readers(url);
  for (let number = 0; number < EVENTS; number++) {
    void events.publish("numbers", { data: `${number} ${FILL}` });
  }
  await events.settled({ patience: 10_000 });
  void events.publish("numbers", { data: `${EVENTS}` });
  for (const { missing, repeated, gaps } of await Promise.all(heard)) {
    expect(repeated).toBe(0);
    expect(missing).toBeGreaterThan(0);
    expect(gaps).toBeGreaterThan(0);
  }
});
