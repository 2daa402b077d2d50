import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";

test("the Chromium of these tests reads an event stream and sends its cursor back", async (context) => {
  const browser = await launchChromium(context);
  const cursors: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (request.url !== "/events") {
      response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>readers</title>");
      return;
    }
    cursors.push(request.headers["last-event-id"] as string | undefined);
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`retry: 1\nid: ${cursors.length}\ndata: ${cursors.length}\n\n`);
  });
  try {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const received = await page.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const seen: string[] = [];
          const source = new EventSource("/events");
          source.onmessage = ({ data }: MessageEvent<string>) => {
            if (seen.push(data) < 2) return;
            source.close();
            resolve(seen);
          };
        }),
    );
    expect(received).toEqual(["1", "2"]);
    expect(cursors.slice(0, 2)).toEqual([undefined, "1"]);
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
});
