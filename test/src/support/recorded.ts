import type { Exchange, Sink, SinkOwner } from "@longwave/core";

/** A request without a connection, and a sink that keeps what it is given: the very objects. */
export class Recorded implements Exchange, Sink {
  readonly method = "GET";
  readonly url = "/";
  readonly address = undefined;
  readonly chunks: Uint8Array[] = [];
  owner: SinkOwner | undefined;

  header(): undefined {
    return undefined;
  }

  open(): Sink {
    return this;
  }

  answer(): void {}

  fail(error: Error): void {
    throw error;
  }

  write(chunk: Uint8Array): boolean {
    this.chunks.push(chunk);
    return true;
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    this.owner?.onclose(true);
  }
}
