import type { IncomingHttpHeaders } from "node:http";
import { pipeline, type Readable } from "node:stream";
import { constants, createGunzip } from "node:zlib";
import { createParser } from "eventsource-parser";
import { type Answer, type Ask, http1, type Visit } from "./asking.ts";
import { Watch, within } from "./within.ts";

/** What the stream itself says. */
const NOTICES: ReadonlySet<string> = new Set(["checkpoint", "gap", "reconnect", "finish"]);

/** An event as a reader gets it. */
export interface Got {
  readonly event: string;
  readonly data: string;
  readonly id: string | undefined;
}

/** A reader with a parser of its own, so that a check sees what an EventSource would not show: heads, comments, how the body ended. */
export class Reader {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** All events in order, checkpoints and notices included. */
  readonly events: Got[] = [];
  readonly comments: string[] = [];
  readonly retries: number[] = [];
  /** The whole body so far. */
  text = "";
  readonly #answer: Answer;
  readonly #body: Readable;
  readonly #watch = new Watch();
  readonly #target: string;
  #over: "clean" | "cut" | undefined;
  #taken = 0;

  private constructor(target: string, answer: Answer) {
    this.#target = target;
    this.#answer = answer;
    this.status = answer.status;
    this.headers = answer.headers;
    const parser = createParser({
      onEvent: ({ event = "message", data, id }) => this.events.push({ event, data, id }),
      onComment: (comment) => this.comments.push(comment),
      onRetry: (retry) => this.retries.push(retry),
    });
    this.#body = answer.headers["content-encoding"] === "gzip" ? gunzipped(answer.body) : answer.body;
    this.#body.setEncoding("utf8");
    this.#body.on("data", (chunk: string) => {
      this.text += chunk;
      parser.feed(chunk);
      this.#watch.changed();
    });
    // A reader that leaves gets an error of its own, which is not the check's.
    this.#body.on("error", () => {});
    this.#body.on("close", () => {
      this.#over = answer.complete() ? "clean" : "cut";
      this.#watch.changed();
    });
  }

  /** Resolves when the head is here. */
  static async open(target: string, visit: Visit = {}, ask: Ask = http1): Promise<Reader> {
    const late = new AbortController();
    try {
      const answer = ask(target, visit, late.signal).then((head) => new Reader(target, head));
      return await within(answer, () => `a head from ${target}`);
    } catch (error) {
      late.abort();
      throw error;
    }
  }

  /** The id that it would come back with. */
  get lastId(): string | undefined {
    return this.events.findLast(({ id }) => id !== undefined)?.id;
  }

  /** Events of the application: no checkpoint, no notice. */
  get own(): readonly Got[] {
    return this.events.filter(({ event }) => !NOTICES.has(event));
  }

  /** The next event that was not taken yet, whatever it is. */
  async next(): Promise<Got> {
    const at = this.#taken++;
    return this.#until(() => this.events[at], "another event");
  }

  /** The data of all events of the application, once there are at least so many. */
  async data(count: number): Promise<string[]> {
    await this.#until(() => (this.own.length >= count ? true : undefined), `${count} events`);
    return this.own.map(({ data }) => data);
  }

  /** Resolves with the first event that fits. */
  find(fits: (event: Got) => boolean, what: string): Promise<Got> {
    return this.#until(() => this.events.find(fits), what);
  }

  /** Resolves when the body holds a text. */
  async holds(text: string): Promise<void> {
    await this.#until(() => (this.text.includes(text) ? true : undefined), JSON.stringify(text));
  }

  /** Resolves when there are so many comments. */
  async commented(count: number): Promise<void> {
    await this.#until(() => (this.comments.length >= count ? true : undefined), `${count} comments`);
  }

  /** How the body ended: with its last chunk, or cut. */
  ended(): Promise<"clean" | "cut"> {
    return this.#watch.until(
      () => this.#over,
      () => `the end of ${this.#describe()}`,
    );
  }

  pause(): void {
    this.#body.pause();
  }

  resume(): void {
    this.#body.resume();
  }

  /** Goes away; with `reset`, by a RST. */
  leave(how?: "reset"): void {
    this.#answer.leave(how);
  }

  #until<Value>(look: () => Value | undefined, what: string): Promise<Value> {
    return this.#watch.until(
      () => {
        const value = look();
        if (value === undefined && this.#over !== undefined)
          throw new Error(`The stream ended (${this.#over}) before ${what}: ${this.#describe()}`);
        return value;
      },
      () => `${what} from ${this.#describe()}`,
    );
  }

  #describe(): string {
    return `${this.#target} (${this.status}), which gave ${JSON.stringify(this.text.slice(0, 1_000))}`;
  }
}

/** As browsers do: whatever can be decoded is, before the body is whole. */
function gunzipped(body: Readable): Readable {
  return pipeline(body, createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }), () => {});
}
