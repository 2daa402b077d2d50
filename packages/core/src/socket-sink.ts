import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { chunked } from "./chunked.ts";
import { forgetHead, sendHead } from "./direct.ts";
import { lookAway } from "./leaving.ts";
import type { Sink, SinkOwner } from "./sink.ts";
import { tick } from "./tick.ts";

/**
 * Writes to a response's socket, past `node:http`, where `isDirect` allows it. It asks the response for as little as
 * can be: frameworks give each response a shape of its own, and whatever is asked of it is a search.
 */
export class SocketSink implements Sink {
  // What a write needs comes first, side by side: in a loop over all readers each line of the cache is a miss.
  readonly #socket: Socket;
  /** Whether the head is out, and the end is not. */
  #open: boolean;
  /** When something was last written. */
  #tick = 0;
  owner: SinkOwner | undefined;
  readonly #response: ServerResponse;
  #begun: boolean;
  #ended = false;
  #cut = false;
  #closed = false;
  #room: (() => void) | undefined;

  /** A head that was made and not sent (not `begun`) goes out with the first write, or at the end of this tick. */
  constructor(response: ServerResponse, socket: Socket, begun: boolean) {
    this.#socket = socket;
    this.#response = response;
    this.#begun = begun;
    this.#open = begun;
    // One function for both, bound: a closure is twice as large.
    const hear = this.#hear.bind(this);
    response.on("close", hear);
    // Ended by somebody else, its connection may be another response's in no time. To be told is cheaper than to look
    // at the response with each write.
    response.on("prefinish", hear);
    if (begun) forgetHead(response);
    else process.nextTick(begin, this);
    // The reader may have left while the log was asked; then "close" is past.
    if (socket.destroyed) queueMicrotask(() => this.#over());
  }

  get near(): boolean {
    return this.#open && this.#socket.writableLength === 0;
  }

  write(chunk: Uint8Array): boolean {
    if (!this.#open) return this.begin(chunk);
    const socket = this.#socket;
    const now = tick();
    if (this.#tick === now) return this.#gather(chunk);
    this.#tick = now;
    return socket.write(chunked(chunk)) || hasRoom(socket);
  }

  /** Sends the head, and a first chunk with it. Once; false when there is no room, or it is over. */
  begin(first?: Uint8Array): boolean {
    if (this.#begun) return false;
    this.#begun = true;
    this.#open = true;
    this.#tick = tick();
    const socket = this.#socket;
    if (!sendHead(this.#response, socket, first) && first !== undefined) return this.write(first);
    return !socket.writableNeedDrain || socket.writableLength === 0;
  }

  ready(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#room = resolve;
      this.#socket.once("drain", resolve);
    });
  }

  close(now = false): void {
    if (this.#closed || (this.#ended && !now) || this.#cut) return;
    this.#ended = true;
    this.#shut();
    if (now) {
      this.#cut = true;
      this.#response.destroy();
    } else this.#response.end();
  }

  /** The first write of a tick goes out at once, and those after it together: as one system call, up to what may wait. */
  #gather(chunk: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket.writableCorked === 0) {
      socket.cork();
      process.nextTick(uncork, socket);
    }
    if (socket.write(chunked(chunk))) return true;
    socket.uncork();
    return hasRoom(socket);
  }

  /** The response was ended, or it is over. */
  #hear(): void {
    this.#shut();
    if (this.#response.destroyed) this.#over();
  }

  /** Nothing more is written. */
  #shut(): void {
    this.#begun = true;
    this.#open = false;
  }

  #over(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#shut();
    const room = this.#room;
    if (room !== undefined) {
      this.#socket.off("drain", room);
      room();
    }
    lookAway(this.#socket);
    this.owner?.onclose(this.#ended && !this.#cut && this.#response.writableFinished);
  }
}

function begin(sink: SocketSink): void {
  sink.begin();
}

function uncork(socket: Socket): void {
  socket.uncork();
}

/**
 * Asked when a write says that there is no room. One of a whole buffer asks for a drain even when all of it went out. On
 * a socket that is gone nothing waits, and nothing goes out.
 */
function hasRoom(socket: Socket): boolean {
  return socket.writableLength === 0 && !socket.destroyed;
}
