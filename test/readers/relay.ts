import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What is between a reader and its server, and can stop at a byte. */
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

  /** The connection on which this text comes next gets nothing behind it. */
  holdBehind(text: string): void {
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
    let held = false;
    far.on("data", (bytes) => {
      if (held) return;
      const last = this.#last;
      const at = last === undefined ? -1 : bytes.indexOf(last);
      held = at !== -1;
      if (last === undefined || !held) near.write(bytes);
      else {
        this.#last = undefined;
        near.write(bytes.subarray(0, at + Buffer.byteLength(last)));
      }
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
