import type { EventStream } from "@longwave/core";
import type { Request } from "express";

/** The sockets of the open streams, by stream, so that the page can have its own one cut. */
export class Sockets {
  readonly #sockets = new Map<string, Request["socket"]>();

  add({ id, signal }: EventStream, { socket }: Request): void {
    if (signal.aborted) return;
    this.#sockets.set(id, socket);
    signal.addEventListener("abort", () => this.#sockets.delete(id));
  }

  /** Cuts the connection as a dead network would: no last chunk, no goodbye. False when there is no such stream. */
  cut(id: string): boolean {
    const socket = this.#sockets.get(id);
    socket?.destroy();
    return socket !== undefined;
  }
}
