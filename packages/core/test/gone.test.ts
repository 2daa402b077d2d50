import { createServer } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { type AddressInfo, connect, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { type NodeRequest, type NodeResponse, sse } from "../src/node.ts";
import type { ClosedStreamRecord } from "../src/observer.ts";
import { turn } from "./support/turn.ts";

const EVENTS = 10_000;

/** What happens to a response while events are sent to it. */
type Happening = (request: NodeRequest, response: NodeResponse) => void;

const happenings: Record<string, Happening> = {
  "its connection is gone": ({ socket }) => void socket.destroy(),
  "somebody else ends it": (_request, response) => void response.end(),
};

/** What asks for a stream, by what its response is: written to its socket, through it, or on HTTP/2. */
const readers: Record<string, (port: number) => { destroy(): void }> = {
  "HTTP/1.1": (port) => asking(port, "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"),
  "HTTP/1.0": (port) => asking(port, "GET / HTTP/1.0\r\n\r\n"),
  "HTTP/2": (port) => {
    const session = connectHttp2(`http://127.0.0.1:${port}`).on("error", () => {});
    session
      .request()
      .on("error", () => {})
      .resume();
    return session;
  },
};

const cases = Object.keys(readers).flatMap((reader) =>
  Object.keys(happenings).map((happening) => [reader, happening] as const),
);

test.each(cases)("%s: a source that never waits is stopped at once when %s", async (by, what) => {
  let pulled = 0;
  const closed = new Promise<ClosedStreamRecord>((resolve) => {
    const events = sse({ observer: { close: resolve } });
    const handle = (request: NodeRequest, response: NodeResponse) => {
      async function* source() {
        yield { data: "before" };
        // Until nothing waits any more.
        await turn();
        happenings[what]?.(request, response);
        for (; pulled < EVENTS; pulled++) yield { data: "after" };
      }
      void events(request, response).pipe(source);
    };
    serve(by === "HTTP/2" ? createHttp2Server(handle) : createServer(handle), readers[by]);
  });
  expect(await closed).toMatchObject({ reason: "left" });
  // The one whose write has shown it.
  expect(pulled).toBe(0);
});

function serve(server: Server, ask: ((port: number) => { destroy(): void }) | undefined): void {
  server.listen(0, "127.0.0.1", () => {
    const reader = ask?.((server.address() as AddressInfo).port);
    onTestFinished(() => {
      reader?.destroy();
      server.close();
    });
  });
}

function asking(port: number, request: string): { destroy(): void } {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  socket.resume().write(request);
  return socket;
}
