/** What a response says, as it comes. */
export interface WireEvents {
  head(status: number, chunked: boolean): void;
  /** One block of an event stream; `data` is its first data line. */
  block(event: string, id: string | undefined, data: string): void;
  /** The body came to its proper end. */
  end(): void;
}

/**
 * Reads one HTTP/1.1 response with an event stream in it: written for the bench, so that no parser of the code under
 * test, or of Node, hides what came. It keeps at most one unfinished block.
 */
export class Wire {
  readonly #on: WireEvents;
  #raw = "";
  #text = "";
  #inHead = true;
  /** Bytes of the current chunk to come; -1: its size line is to come. */
  #left = -1;
  #ended = false;

  constructor(on: WireEvents) {
    this.#on = on;
  }

  feed(bytes: Buffer): void {
    if (this.#ended) return;
    this.#raw += bytes.toString("latin1");
    if (this.#inHead && !this.#readHead()) return;
    while (!this.#ended && this.#readChunk()) {}
  }

  #readHead(): boolean {
    const end = this.#raw.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const head = this.#raw.slice(0, end).toLowerCase();
    this.#raw = this.#raw.slice(end + 4);
    this.#inHead = false;
    const chunked = head.includes("transfer-encoding: chunked");
    // Refusals have a length, or no body; nothing is read of theirs.
    if (!chunked) this.#left = Number.POSITIVE_INFINITY;
    this.#on.head(Number(head.slice(9, 12)), chunked);
    return chunked;
  }

  #readChunk(): boolean {
    const raw = this.#raw;
    if (this.#left < 0) {
      const line = raw.indexOf("\r\n");
      if (line < 0) return false;
      const size = Number.parseInt(raw.slice(0, line), 16);
      this.#raw = raw.slice(line + 2);
      if (size === 0) {
        this.#ended = true;
        this.#on.end();
        return false;
      }
      // The line break after the chunk counts as part of it.
      this.#left = size + 2;
    }
    if (this.#raw === "") return false;
    const part = this.#raw.length <= this.#left ? this.#raw : this.#raw.slice(0, this.#left);
    this.#raw = this.#raw.slice(part.length);
    const before = this.#left;
    this.#left -= part.length;
    // Of the last two bytes, which are the line break, nothing goes on.
    this.#text += part.slice(0, Math.max(0, before - 2));
    if (this.#left === 0) this.#left = -1;
    this.#readBlocks();
    return true;
  }

  #readBlocks(): void {
    let start = 0;
    for (let end = this.#text.indexOf("\n\n"); end >= 0; end = this.#text.indexOf("\n\n", start)) {
      this.#readBlock(this.#text.slice(start, end));
      start = end + 2;
    }
    if (start > 0) this.#text = this.#text.slice(start);
  }

  #readBlock(block: string): void {
    let event = "message";
    let id: string | undefined;
    let data: string | undefined;
    for (const line of block.split("\n")) {
      if (line.startsWith("data: ")) data ??= line.slice(6);
      else if (line.startsWith("id: ")) id = line.slice(4);
      else if (line.startsWith("event: ")) event = line.slice(7);
      else if (line === "data" || line === "data:") data ??= "";
    }
    if (data !== undefined) this.#on.block(event, id, data);
  }
}
