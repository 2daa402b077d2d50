import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What is between a reader and its server, and can be cut at a byte. */
export class Relay {
  readonly #server: Server;
  readonly #nearSockets = new Set<Socket>();
  #last: string | undefined;

  private constructor(port: number) {
    this.#server = createServer((near) => this.#pass(near, port));
  }

  /** Listens on a free port, and passes everything on to another. */
  static async to(port: number): Promise<Relay> {
    const relay = new Relay(port);
    await once(relay.#server.listen(0, "127.0.0.1"), "listening");
    return relay;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Cuts all connections: what was not sent is lost, and no end is told. */
  cut(): void {
    for (const near of this.#nearSockets) near.destroy();
  }

  /** The next time that the server writes this text, its reader gets nothing behind it: the connection is cut there. */
  cutBehind(text: string): void {
    this.#last = text;
  }

  async close(): Promise<void> {
    const closed = once(this.#server.close(), "close");
    this.cut();
    await closed;
  }

  #pass(near: Socket, port: number): void {
    this.#nearSockets.add(near);
    const far = connect({ port, host: "127.0.0.1" });
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => {
      const at = this.#last === undefined ? -1 : bytes.indexOf(this.#last);
      if (this.#last === undefined || at === -1) {
        near.write(bytes);
        return;
      }
      near.end(bytes.subarray(0, at + Buffer.byteLength(this.#last)));
      this.#last = undefined;
      far.destroy();
    });
    near.on("close", () => {
      this.#nearSockets.delete(near);
      far.destroy();
    });
    far.on("close", () => near.end());
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
  }
}
