import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import type { IncomingMessage } from "node:http";
import http2 from "node:http2";
import https from "node:https";
import type { AddressInfo, Server } from "node:net";
import { type NodeSse, sse } from "@longwave/core/node";
import { expect, onTestFinished, test } from "vitest";
import { textOf } from "../../conformance/fixtures/serving.ts";

// Both sides know a key, so that nobody needs a certificate. OpenSSL has such ciphers up to TLS 1.2.
const psk = randomBytes(32);
const common = { ciphers: "PSK", maxVersion: "TLSv1.2" } as const;
const ours = { ...common, pskCallback: () => psk };
const theirs = {
  ...common,
  pskCallback: () => ({ psk, identity: "reader" }),
  checkServerIdentity: () => undefined,
};

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A face that tells why its streams ended. */
function telling(ends: EventEmitter): NodeSse {
  return sse({ observer: { close: ({ reason }) => ends.emit("end", reason) } });
}

/** Reads what is published while it reads, and leaves. */
async function visit(events: NodeSse, body: AsyncIterable<Buffer>): Promise<void> {
  let text = "";
  let published = 0;
  for await (const chunk of body) {
    text += chunk.toString();
    if (!text.endsWith(published === 0 ? "event: checkpoint\ndata: \n\n" : `data: ${published}\n\n`))
      continue;
    if (published === 3) break;
    await events.publish("prices", { event: "tick", data: ++published });
  }
  expect(text.match(/^data: .+$/gm)).toEqual(["data: 1", "data: 2", "data: 3"]);
}

test("node:https: a stream over TLS is live, and sees its reader leave", async () => {
  const ends = new EventEmitter();
  const events = telling(ends);
  const server = https.createServer(ours, (request, response) => {
    void events(request, response).subscribe("prices");
  });
  const asked = https.get(await listen(server), { ...theirs, agent: false });
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  expect(response.headers["content-type"]).toBe("text/event-stream");
  const ended = once(ends, "end");
  await visit(events, response);
  expect(await ended).toEqual(["left"]);
});

test("node:http2: streams of one session are live, each for itself, next to HTTP/1.1 on the same port", async () => {
  const ends = new EventEmitter();
  const events = telling(ends);
  const server = http2.createSecureServer({ ...ours, allowHTTP1: true }, (request, response) => {
    response.setHeader("x-http", request.httpVersion);
    void events(request, response).subscribe("prices");
  });
  const url = await listen(server);
  const session = http2.connect(url, theirs);
  onTestFinished(() => session.destroy());
  const [one, other] = [session.request({ ":path": "/one" }), session.request({ ":path": "/other" })];
  const heads = (await Promise.all([once(one, "response"), once(other, "response")])) as [
    http2.IncomingHttpHeaders,
  ][];
  for (const [head] of heads) {
    expect(head).toMatchObject({ ":status": 200, "content-type": "text/event-stream", "x-http": "2.0" });
    expect(head).not.toHaveProperty("connection");
  }
  expect(events.streams.size).toBe(2);
  const ended = once(ends, "end");
  await visit(events, one);
  expect(await ended).toEqual(["left"]);
  expect(events.streams.size).toBe(1);
  const asked = https.get(url, { ...theirs, agent: false });
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  expect(response.headers["x-http"]).toBe("1.1");
  const [report, ...texts] = await Promise.all([
    events.drain({ within: 5_000 }),
    textOf(other),
    textOf(response),
  ]);
  expect(report).toMatchObject({ ended: 2, cut: 0 });
  for (const text of texts) expect(text).toContain("event: reconnect\n");
});
