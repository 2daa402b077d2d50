import { Admission } from "./admission.ts";
import { beat } from "./beat.ts";
import type { Clock } from "./clock.ts";
import { type DrainOptions, type DrainReport, drain } from "./drain.ts";
import { SseError, shown } from "./errors.ts";
import type { Host, Hosted } from "./host.ts";
import { type Observer, observe, type StreamRecord, warn } from "./observer.ts";
import { checkedRetry, type Settings } from "./options.ts";
import { newEpoch, type Position } from "./position.ts";
import { Roster } from "./roster.ts";
import type { Tail } from "./tail.ts";

/** The open streams of a hub, from the first to the last: what each of them needs of the hub. */
export class Streams implements Host {
  settings: Settings;
  readonly tail: Tail;
  readonly clock: Clock;
  readonly admission: Admission;
  readonly #connections = new Roster<Hosted>();
  readonly #name = newEpoch().slice(0, 6);
  readonly #warned = new Set<string>();
  readonly #hurry = new AbortController();
  #named = 0;
  #ended = 0;
  #cut = 0;
  #draining: Promise<DrainReport> | undefined;
  #emptied: (() => void) | undefined;

  constructor(settings: Settings, tail: Tail, clock: Clock) {
    this.settings = settings;
    this.tail = tail;
    this.clock = clock;
    this.admission = new Admission(settings.admission, clock);
  }

  get open(): Roster<Hosted> {
    return this.#connections;
  }

  assertOpen(): void {
    if (this.#draining === undefined) return;
    const headers = { "retry-after": `${Math.ceil(this.settings.retry[1] / 1_000)}` };
    throw new SseError("HUB_CLOSED", "The hub is closed.", { status: 503, headers });
  }

  name(): string {
    return `${this.#name}-${(++this.#named).toString(36)}`;
  }

  opened(connection: Hosted): void {
    this.#connections.add(connection);
    this.clock.start();
    this.tell((observer, stream) => observer.open?.(stream), connection);
  }

  ended(connection: Hosted, clean: boolean): void {
    this.#connections.delete(connection);
    const { closeReason: reason = "left" } = connection;
    if (clean || reason === "left") this.#ended++;
    else this.#cut++;
    const closedAt = Date.now();
    this.tell((observer, stream) => observer.close?.({ ...stream, closedAt, reason, clean }), connection);
    this.clock.stop();
    if (this.#connections.size === 0) this.#emptied?.();
  }

  replayed(connection: Hosted, cursor: string, { offset }: Position): void {
    const behind = Math.max(0, this.tail.newest.offset - offset);
    this.tell((observer, stream) => observer.replay?.(stream, { cursor, behind }), connection);
  }

  refused(error: SseError, connection: Hosted): void {
    this.tell((observer, stream) => observer.refuse?.(stream, error), connection);
  }

  tell(call: (observer: Observer, stream: StreamRecord) => void, connection: Hosted): void {
    const { observer } = this.settings;
    if (observer !== undefined) observe(() => call(observer, connection.record));
  }

  report(error: SseError, connection: Hosted | undefined): void {
    const { observer } = this.settings;
    if (observer?.error !== undefined) {
      observe(() => observer.error?.(error, connection?.record));
    } else if (!this.#warned.has(error.code)) {
      this.#warned.add(error.code);
      const { cause } = error;
      const why = cause instanceof Error ? (cause.stack ?? cause.message) : "";
      warn(
        error.code,
        `${error.message} ${why} (Only the first of this kind is shown; set an observer to hear of all.)`,
      );
    }
  }

  tick(): void {
    this.admission.tick();
    this.#connections.all().forEach(beat);
  }

  /**
   * Resolves when those that keep up are at the head, all or those of one topic; one that was behind for `patience` is
   * not waited for.
   */
  async settled(patience: number, topic?: string): Promise<void> {
    const since = this.clock.now - patience;
    const behind: Promise<void>[] = [];
    this.#connections.all().forEach(({ subscription }) => {
      if (subscription === undefined || subscription.live || subscription.behindSince <= since) return;
      if (topic === undefined || subscription.topics.has(topic)) behind.push(subscription.settled());
    });
    if (behind.length === 0) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patience);
    });
    await Promise.race([Promise.all(behind), enough]);
    clearTimeout(timer);
  }

  /** Ends them all. What is asked while it is under way, is answered with the same report. */
  drain({ within = 20_000, retry = this.settings.retry, signal }: DrainOptions): Promise<DrainReport> {
    if (!Number.isFinite(within) || within < 0) {
      const message = `within must be a number of milliseconds, got ${shown(within)}.`;
      throw new SseError("BAD_OPTION", message, { value: within });
    }
    this.settings = { ...this.settings, retry: checkedRetry(retry) };
    const hurry = () => this.#hurry.abort();
    if (signal?.aborted === true || within === 0) hurry();
    signal?.addEventListener("abort", hurry);
    this.#draining ??= this.#drain(within);
    return this.#draining.finally(() => signal?.removeEventListener("abort", hurry));
  }

  async #drain(within: number): Promise<DrainReport> {
    const began = performance.now();
    this.#ended = 0;
    this.#cut = 0;
    const emptied = new Promise<void>((resolve) => {
      this.#emptied = resolve;
    });
    const { observer } = this.settings;
    const progress = () => {
      observe(() => observer?.drain?.({ open: this.#connections.size, ended: this.#ended, cut: this.#cut }));
    };
    await drain(this.#connections, within, this.#hurry.signal, progress);
    if (this.#connections.size > 0) await emptied;
    progress();
    return { ended: this.#ended, cut: this.#cut, took: Math.round(performance.now() - began) };
  }
}
