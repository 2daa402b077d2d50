import type { SseError } from "../../src/errors.ts";
import type { Entry, Following, Found, Log, Mark } from "../../src/log.ts";
import { logFailed } from "../../src/log.ts";
import { type HistoryOptions, MemoryLog } from "../../src/memory-log.ts";
import type { Position } from "../../src/position.ts";
import { turn } from "./turn.ts";

interface Follower {
  readonly deliver: (entries: readonly Entry[]) => void;
  readonly broken: (why: SseError) => void;
  inner: Following | undefined;
}

/** A log that is as far away as the test says, in turns, and breaks when it says so. */
export class SlowLog implements Log {
  /** How many turns each message takes, in rotation: requests' answers, and deliveries. */
  readonly #delays: readonly number[];
  readonly #followers = new Set<Follower>();
  readonly #options: HistoryOptions;
  #inner: MemoryLog;
  #messages = 0;
  #session = 0;
  /** Every `after` that was asked. */
  readonly reads: Position[] = [];
  /** Calls reject while it is away. */
  away = false;

  constructor(options: HistoryOptions = {}, delays: readonly number[] = [0]) {
    this.#options = options;
    this.#delays = delays;
    this.#inner = new MemoryLog(options);
  }

  /** Of what is appended now. */
  get epoch(): string {
    return this.#inner.epoch;
  }

  async append(topic: string, body: Uint8Array, mark?: Mark): Promise<Position> {
    this.#assertThere();
    const position = this.#inner.append(topic, body, mark);
    return this.#answer(position);
  }

  async follow(
    deliver: (entries: readonly Entry[]) => void,
    broken: (why: SseError) => void,
  ): Promise<Following> {
    this.#assertThere();
    const follower: Follower = { deliver, broken, inner: undefined };
    let line = Promise.resolve();
    this.#followers.add(follower);
    const following = await this.#inner.follow((entries) => {
      const delay = this.#delay();
      if (delay === 0 && this.#delays.length === 1) {
        follower.deliver(entries);
        return;
      }
      // They are under way together, and none overtakes.
      line = Promise.all([line, turns(delay)]).then(() => {
        if (this.#followers.has(follower)) follower.deliver(entries);
      });
    });
    follower.inner = following;
    return this.#answer(
      Promise.resolve({
        head: following.head,
        finished: new Map(following.finished),
        stop: async () => {
          this.#followers.delete(follower);
          await following.stop();
        },
      }),
    );
  }

  async after(at: Position, topics: ReadonlySet<string>, limit: number): Promise<Found> {
    this.#assertThere();
    this.reads.push(at);
    return this.#answer(this.#inner.after(at, topics, limit));
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  /** Tells all followers, and rejects what is in flight. */
  break(): void {
    this.#session++;
    const followers = [...this.#followers];
    this.#followers.clear();
    for (const { inner, broken } of followers) {
      void inner?.stop();
      broken(logFailed("The test broke it."));
    }
  }

  /** Begins anew, with another epoch and no entries. */
  restart(): void {
    this.#inner = new MemoryLog(this.#options);
    this.break();
  }

  #assertThere(): void {
    if (this.away) throw new Error("It is away.");
  }

  async #answer<Value>(value: Promise<Value>): Promise<Value> {
    const session = this.#session;
    const delay = this.#delay();
    const answer = await value;
    await turns(delay);
    if (session !== this.#session) throw new Error("The connection broke.");
    return answer;
  }

  #delay(): number {
    return this.#delays[this.#messages++ % this.#delays.length] ?? 0;
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await turn();
}
