import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants as http2,
  type IncomingHttpHeaders,
} from "node:http2";
import { pipeline } from "node:stream";
import { createGunzip, constants as zlib } from "node:zlib";
import { createParser } from "eventsource-parser";
import { Watch, within } from "../../conformance/client/within.ts";

/** A client that speaks HTTP/2 on TLS: one connection, many streams. */
export class Session {
  readonly #session: ClientHttp2Session;

  private constructor(session: ClientHttp2Session) {
    this.#session = session;
    // What fails shows at the streams.
    session.on("error", () => {});
  }

  static async to(url: string): Promise<Session> {
    const session = connect(url, { rejectUnauthorized: false });
    await within(once(session, "connect"), () => `a session with ${url}`);
    return new Session(session);
  }

  /** Opens a stream that takes gzip; resolves when the head is here. */
  async open(path: string, headers: Readonly<Record<string, string>> = {}): Promise<SessionReader> {
    const stream = this.#session.request({ ":path": path, "accept-encoding": "gzip", ...headers });
    stream.on("error", () => {});
    const [head] = (await within(once(stream, "response"), () => `a head of ${path}`)) as [
      IncomingHttpHeaders,
    ];
    return new SessionReader(stream, head);
  }

  close(): void {
    this.#session.destroy();
  }
}

/** A reader on one stream of a session. */
export class SessionReader {
  readonly headers: IncomingHttpHeaders;
  /** The whole body so far, decoded. */
  text = "";
  readonly #stream: ClientHttp2Stream;
  readonly #events: string[] = [];
  readonly #watch = new Watch();
  #over = false;

  constructor(stream: ClientHttp2Stream, headers: IncomingHttpHeaders) {
    this.headers = headers;
    this.#stream = stream;
    const parser = createParser({
      onEvent: ({ event, data }) => {
        if (event === undefined) this.#events.push(data);
      },
    });
    // Gives out at once what can be decoded, and is cut when the stream is.
    const body =
      headers["content-encoding"] === "gzip"
        ? pipeline(stream, createGunzip({ flush: zlib.Z_SYNC_FLUSH }), () => {})
        : stream;
    body.setEncoding("utf8");
    body.on("data", (text: string) => {
      this.text += text;
      parser.feed(text);
      this.#watch.changed();
    });
    body.on("error", () => {});
    body.on("close", () => {
      this.#over = true;
      this.#watch.changed();
    });
  }

  /** The data of all events without a name, once there are so many. */
  async data(count: number): Promise<readonly string[]> {
    await this.#watch.until(
      () => {
        if (this.#events.length >= count) return true;
        if (this.#over) throw new Error(`The stream ended before ${count} events: ${this.text}`);
        return undefined;
      },
      () => `${count} events, after ${this.text}`,
    );
    return this.#events;
  }

  get over(): boolean {
    return this.#over;
  }

  /** Resolves when the stream is over. */
  async ended(): Promise<void> {
    await this.#watch.until(
      () => (this.#over ? true : undefined),
      () => `an end, after ${this.text}`,
    );
  }

  /** Goes away, and the session stays. */
  leave(): void {
    this.#stream.close(http2.NGHTTP2_CANCEL);
  }
}
