import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Watch, within } from "./within.ts";

/** A bare socket, for checks of every byte. */
export class Connection {
  /** What has come so far, a byte to a character. */
  text = "";
  readonly socket: Socket;
  readonly #watch = new Watch();
  #over = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      this.text += chunk;
      this.#watch.changed();
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#over = true;
      this.#watch.changed();
    });
    socket.on("end", () => {
      this.#over = true;
      this.#watch.changed();
    });
  }

  static async to(url: string, options: { readonly allowHalfOpen?: boolean } = {}): Promise<Connection> {
    const { hostname: host, port } = new URL(url);
    const socket = connect({ host, port: Number(port), noDelay: true, ...options });
    await within(once(socket, "connect"), () => `a connection to ${url}`);
    return new Connection(socket);
  }

  write(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** Writes a request; a `host` header is added. */
  ask(line: string, headers: Readonly<Record<string, string>> = {}, body = ""): void {
    const fields = Object.entries({ host: "localhost", ...headers }).map(
      ([name, value]) => `${name}: ${value}`,
    );
    this.write(`${[line, ...fields].join("\r\n")}\r\n\r\n${body}`);
  }

  /** Resolves when all of the texts have come. */
  async until(...texts: readonly string[]): Promise<void> {
    await this.#watch.until(
      () => {
        if (texts.every((text) => this.text.includes(text))) return true;
        if (this.#over) throw new Error(`The connection ended before ${texts.join()}: ${this.#shown}`);
        return undefined;
      },
      () => `${texts.join()} in ${this.#shown}`,
    );
  }

  /** Resolves when the other side has ended it. */
  async ended(): Promise<void> {
    await this.#watch.until(
      () => (this.#over ? true : undefined),
      () => `an end after ${this.#shown}`,
    );
  }

  /** The lines of the head, the first included, in lower case. */
  get head(): string[] {
    return this.text.slice(0, this.text.indexOf("\r\n\r\n")).toLowerCase().split("\r\n");
  }

  get afterHead(): string {
    const end = this.text.indexOf("\r\n\r\n");
    return end === -1 ? "" : this.text.slice(end + 4);
  }

  /** Resolves when the answer is whole, by its own framing, with its body. */
  async answered(): Promise<string> {
    return this.#watch.until(
      () => this.#body(),
      () => `the whole of ${this.#shown}`,
    );
  }

  /** The whole chunks of a chunked body; the last, empty one included. */
  get chunks(): string[] {
    const chunks: string[] = [];
    let rest = this.afterHead;
    for (;;) {
      const [line] = rest.split("\r\n", 1);
      if (line === undefined || !rest.includes("\r\n")) return chunks;
      const size = Number.parseInt(line, 16);
      const chunk = rest.slice(line.length + 2, line.length + 2 + size);
      if (chunk.length < size || Number.isNaN(size)) return chunks;
      chunks.push(chunk);
      rest = rest.slice(line.length + 2 + size + 2);
      if (size === 0) return chunks;
    }
  }

  destroy(): void {
    this.socket.destroy();
  }

  #body(): string | undefined {
    const length = this.head.find((field) => field.startsWith("content-length: "));
    if (length === undefined) return this.chunks.at(-1) === "" ? this.chunks.join("") : undefined;
    return this.afterHead.length >= Number(length.slice(16)) ? this.afterHead : undefined;
  }

  get #shown(): string {
    return JSON.stringify(this.text.slice(0, 1_000));
  }
}
