import { type IncomingHttpHeaders, request } from "node:http";
import { connect as connectHttp2, constants } from "node:http2";
import { connect } from "node:net";
import { Readable } from "node:stream";
import type { FetchLike } from "eventsource";

export interface Visit {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string;
}

/** An answer whose head is here. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** Whether the body has come to its end, as the server meant it. */
  complete(): boolean;
  /** Goes away; with `reset`, by a RST. */
  leave(how?: "reset"): void;
}

/** A request on a connection of its own, by one version of HTTP. The signal is for a head that does not come. */
export type Ask = (target: string, visit: Visit, signal?: AbortSignal) => Promise<Answer>;

export const http1: Ask = (target, { method = "GET", headers = {}, body }, signal) =>
  new Promise((resolve, reject) => {
    const asked = request(target, { method, headers, agent: false });
    const giveUp = () => asked.destroy();
    signal?.addEventListener("abort", giveUp, { once: true });
    asked.once("response", (response) => {
      signal?.removeEventListener("abort", giveUp);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: response,
        complete: () => response.complete,
        leave: (how) => (how === "reset" ? response.socket.resetAndDestroy() : asked.destroy()),
      });
    });
    asked.on("error", reject);
    asked.end(body);
  });

export const http2: Ask = (target, { method = "GET", headers = {}, body }, signal) =>
  new Promise((resolve, reject) => {
    const { host, hostname, port, pathname, search } = new URL(target);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    const session = connectHttp2(`http://${host}`, { createConnection: () => socket });
    const stream = session.request({ ":method": method, ":path": pathname + search, ...headers });
    const giveUp = () => session.destroy();
    signal?.addEventListener("abort", giveUp, { once: true });
    let whole = false;
    stream.once("response", ({ ":status": status = 0, ...fields }) => {
      signal?.removeEventListener("abort", giveUp);
      resolve({
        status,
        headers: fields,
        body: stream,
        complete: () => whole,
        leave: (how) => (how === "reset" ? socket.resetAndDestroy() : session.destroy()),
      });
    });
    stream.once("end", () => {
      whole = stream.rstCode === constants.NGHTTP2_NO_ERROR;
    });
    stream.once("close", () => session.close());
    session.on("error", reject);
    stream.on("error", reject);
    stream.end(body);
  });

/** `fetch` by HTTP/2 in clear text, which Node's own cannot do. */
export const fetchHttp2: FetchLike = async (url, { headers, signal }) => {
  const target = url.toString();
  const answer = await http2(target, { headers }, signal);
  signal?.addEventListener("abort", () => answer.leave(), { once: true });
  return {
    url: target,
    redirected: false,
    status: answer.status,
    headers: new Headers(Object.entries(answer.headers as Record<string, string>)),
    body: Readable.toWeb(answer.body),
  };
};
