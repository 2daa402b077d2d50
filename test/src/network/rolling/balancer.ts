import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** Sends each connection to the next of its ports, and knows when each came. */
export class Balancer {
  /** Where new connections go. Those under way stay where they are. */
  ports: readonly number[] = [];
  /** When each connection came, in milliseconds. */
  readonly connects: number[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #turn = 0;

  private constructor() {
    // A half that ends is passed on as such: the last bytes of a stream are not to be lost here.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#pass(near));
  }

  static async listen(): Promise<Balancer> {
    const balancer = new Balancer();
    // All readers come at once at first.
    balancer.#server.listen({ port: 0, host: "127.0.0.1", backlog: 4_096 });
    await once(balancer.#server, "listening");
    return balancer;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The most connections that came within one second, of those since a moment. */
  busiestSecond(since: number): number {
    const times = this.connects.filter((time) => time >= since);
    let first = 0;
    let most = 0;
    for (const [at, time] of times.entries()) {
      while (time - (times[first] ?? time) >= 1_000) first++;
      most = Math.max(most, at - first + 1);
    }
    return most;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(near: Socket): void {
    this.connects.push(performance.now());
    const port = this.ports[this.#turn++ % this.ports.length] ?? 0;
    const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(one);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        this.#sockets.delete(one);
        if (!one.readableEnded) other.destroy();
      });
      one.pipe(other);
    }
  }
}
