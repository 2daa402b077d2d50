import type { Sink, SinkOwner } from "./sink.ts";

/** How many bytes may wait before Bun asks for the body. */
const EARLY_BYTES = 16 * 1024;
/** How many bytes may wait in a body that somebody copies. Who wants all of it at once (`text()`) asks only once. */
const COPIED_BYTES = 1024 * 1024;

/** A comment without text, which ends no block. Bun sends no head before there is a body. */
const NOTHING: Uint8Array = new Uint8Array([58, 10]);

/** What Bun gives a stream of the type `direct` to write to. */
interface Controller {
  /** What it took; a promise when the socket has no room, which settles when it has, or when the reader is gone. */
  write(chunk: Uint8Array): number | Promise<unknown>;
  /** Sends what was written in this turn; with `true`, a promise that it was. Nothing, when it is no socket's. */
  flush(all?: boolean): number | Promise<unknown> | undefined;
  end(): unknown;
  close(error: Error): void;
}

/**
 * Whether streams of the type `direct` are known here: to Bun alone. They go to the socket, past the queues of a web
 * stream, and tell what the socket takes, which its default streams do not: those grow without bounds.
 *
 * @see https://bun.com/docs/runtime/streams#direct-readablestream
 */
export const knowsDirect: boolean = ((): boolean => {
  try {
    directStream({ pull: () => {} });
    return true;
  } catch {
    return false;
  }
})();

/** Writes to the body of a web `Response` on Bun. */
export class BunSink implements Sink {
  owner: SinkOwner | undefined;
  readonly body: ReadableStream<Uint8Array>;
  #controller: Controller | undefined;
  readonly #early: Uint8Array[] = [];
  /** How many bytes were given since the last pull, where that is the measure. */
  #unasked = 0;
  #copied = false;
  #full = false;
  #ended = false;
  #closed = false;
  #silent = true;
  #room: (() => void) | undefined;

  constructor() {
    this.body = directStream({
      // No promise: the stream is open until it is ended, not until that is settled.
      pull: (controller) => this.#onpull(controller),
      // Called also when the reader has left before its response was there.
      cancel: () => this.#onclose(false),
    });
  }

  write(chunk: Uint8Array): boolean {
    if (this.#ended || this.#closed) return true;
    const controller = this.#controller;
    if (controller === undefined) {
      this.#early.push(chunk);
      this.#unasked += chunk.byteLength;
      this.#full = this.#unasked >= EARLY_BYTES;
    } else this.#give(controller, chunk);
    return !this.#full;
  }

  ready(): Promise<void> {
    if (this.#closed || !this.#full) return Promise.resolve();
    return new Promise((resolve) => {
      this.#room = resolve;
    });
  }

  close(now = false): void {
    if (this.#closed) return;
    this.#ended = true;
    if (now) {
      this.#controller?.close(cutError());
      this.#onclose(false);
    } else this.#finish();
  }

  #give(controller: Controller, chunk: Uint8Array): void {
    this.#silent = false;
    const taken = controller.write(chunk);
    if (this.#copied) {
      this.#unasked += chunk.byteLength;
      this.#full = this.#unasked >= COPIED_BYTES;
    } else if (typeof taken === "object") {
      this.#full = true;
      const room = () => this.#onroom();
      void taken.then(room, room);
    }
  }

  #onpull(controller: Controller): void {
    this.#unasked = 0;
    if (this.#controller === undefined) this.#start(controller);
    else this.#onroom();
  }

  #start(controller: Controller): void {
    this.#controller = controller;
    if (this.#closed) {
      // Cut before it was asked for.
      controller.close(cutError());
      return;
    }
    // Middleware that reads the body puts a buffer without bounds in between, and only its asking for more tells of
    // room there.
    this.#copied = controller.flush() === undefined;
    this.#full = false;
    for (const chunk of this.#early) this.#give(controller, chunk);
    this.#early.length = 0;
    // In the next turn, since most streams have something to say in this one.
    if (this.#silent) setTimeout(() => this.#begin(), 0);
    if (!this.#full) this.#onroom();
  }

  #onroom(): void {
    this.#full = false;
    this.#makeRoom();
    if (this.#ended) this.#finish();
  }

  #begin(): void {
    if (this.#silent) this.write(NOTHING);
  }

  /** Ends it once all that was written is out. */
  #finish(): void {
    const controller = this.#controller;
    if (controller === undefined || this.#full || this.#closed) return;
    const end = () => {
      if (this.#closed) return;
      controller.end();
      this.#onclose(true);
    };
    const flushed = controller.flush(true);
    if (typeof flushed === "object") void flushed.then(end, end);
    else end();
  }

  #makeRoom(): void {
    const room = this.#room;
    this.#room = undefined;
    room?.();
  }

  #onclose(clean: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#makeRoom();
    this.owner?.onclose(clean);
  }
}

/** A stream of the type that only Bun has, and no types know. */
function directStream(source: {
  pull(controller: Controller): void;
  cancel?(): void;
}): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({ ...source, type: "direct" } as object);
}

function cutError(): Error {
  return new Error("The event stream was cut.");
}
