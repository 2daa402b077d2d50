import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect, createSecureServer } from "node:http2";
import { createServer, get } from "node:https";
import type { AddressInfo, Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type NodeRequest, type NodeResponse, sse } from "@longwave/core/node";
import { createParser } from "eventsource-parser";
import { expect, onTestFinished, type TestContext, test } from "vitest";
import { within } from "../../conformance/client/within.ts";
import { missing } from "../support/missing.ts";

interface Certificate {
  readonly key: Buffer;
  readonly cert: Buffer;
}

/** A certificate of its own for this machine, good for a day. */
async function certificate(context: TestContext): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "longwave-tls-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const files = ["-keyout", key, "-out", cert];
  const args = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const { error, status, stderr } = spawnSync("openssl", [...args, "-days", "1", ...subject, ...files]);
  if (error !== undefined) missing(context, "openssl", "install it by the system's packages");
  expect(status, stderr.toString()).toBe(0);
  return { key: await readFile(key), cert: await readFile(cert) };
}

type Listener = (request: NodeRequest, response: NodeResponse) => void;

/** How each version of HTTP is served and asked over TLS. */
const versions: Readonly<
  Record<
    string,
    {
      serve(certificate: Certificate, listener: Listener): Server;
      ask(port: number, certificate: Certificate): Promise<Readable>;
    }
  >
> = {
  "HTTP/1.1": {
    serve: (certificate, listener) => createServer(certificate, listener),
    async ask(port, { cert }) {
      const asked = get({ host: "127.0.0.1", servername: "localhost", port, ca: cert, agent: false });
      const [response] = (await once(asked, "response")) as [Readable];
      return response;
    },
  },
  "HTTP/2": {
    serve: (certificate, listener) => createSecureServer(certificate, listener),
    async ask(port, { cert }) {
      const session = connect(`https://127.0.0.1:${port}`, { ca: cert, servername: "localhost" });
      const stream = session.request({ ":path": "/" });
      stream.once("close", () => session.close());
      await once(stream, "response");
      return stream;
    },
  },
};

test.for(Object.entries(versions))("over TLS a stream is as over TCP: %s", async ([, version], context) => {
  const events = sse({ heartbeat: false });
  const own = await certificate(context);
  const server = version.serve(own, (request, response) => {
    void events(request, response).subscribe("prices");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const body = await version.ask((server.address() as AddressInfo).port, own);

  const got: string[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => got.push(event ?? data) });
  body.setEncoding("utf8");
  body.on("data", (chunk: string) => parser.feed(chunk));
  const ended = once(body, "end");
  const sent = Array.from({ length: 500 }, (_, at) => `${at}:${"x".repeat(1_000)}`);
  for (const data of sent) await events.publish("prices", { data });
  await events.finish("prices");

  await within(ended, () => `the end; it has ${got.length}`);
  expect(got).toEqual(["checkpoint", ...sent, "finish"]);
  await events.close();
  server.close();
  await once(server, "close");
});
