import { Ring } from "./ring.ts";
import type { Sink } from "./sink.ts";

/** What a private event costs beyond its bytes while it waits. */
const ITEM_OVERHEAD = 64;

/** Bytes that wait for room. */
interface Item {
  readonly bytes: Uint8Array;
  /** Whether the bytes are a whole frame; else the owner puts its id line before them as they go out. */
  readonly sealed: boolean;
  /** 1 for a private event, 0 for a notice of the stream's own. */
  readonly events: number;
  readonly cost: number;
}

/** Who writes through an outbox. */
export interface OutboxOwner {
  /** Makes a private event a whole frame as it goes out. */
  seal(body: Uint8Array): Uint8Array;
  /** The sink has no room any more. */
  onfull(): void;
  /** There is room, and nothing waits. */
  onroom(): void;
  /** The sink threw, which it must not. */
  onfault(cause: unknown): void;
}

/**
 * What goes to one reader's sink, and the private events that wait for room there. Only private events wait: what is
 * published stays in the log. The bytes that wait are counted here, not asked of the runtime, which knows less.
 */
export class Outbox {
  // What a write needs comes first, side by side: in a loop over all readers each line of the cache is a miss. Then what
  // an event of one reader's own needs.
  #sink: Sink | undefined;
  readonly #clock: { readonly now: number };
  /** All bytes given to the sink. */
  bytes = 0;
  /** Private and published events given to the sink. */
  events = 0;
  /** When something was last written, and when an event was, by the owner's clock; before that, when it was made. */
  wroteAt: number;
  eventAt: number;
  #queue: Ring<Item> | undefined;
  #held = true;
  #full = false;
  #closed = false;
  /** Since when the sink has had no room. */
  fullSince = 0;
  readonly #owner: OutboxOwner;
  readonly #limit: number;
  #queued = 0;

  constructor(owner: OutboxOwner, clock: { readonly now: number }, limit: number) {
    this.#owner = owner;
    this.#clock = clock;
    this.#limit = limit;
    this.wroteAt = clock.now;
    this.eventAt = this.wroteAt;
  }

  /** Whether the sink has no room. */
  get full(): boolean {
    return this.#full;
  }

  /** Whether its sink is. */
  get near(): boolean {
    return this.#sink?.near === true;
  }

  /** Whether nothing goes out now: no room, not released, or closed. */
  get blocked(): boolean {
    return this.#full || this.#held || this.#closed;
  }

  /** Whether nothing waits. */
  get empty(): boolean {
    return this.#queue === undefined;
  }

  /** Whether there is room for more private events. What waits for a release is not the reader's slowness. */
  get roomy(): boolean {
    return !this.#full && (this.empty || this.#held);
  }

  /** Lets writes through to the sink: `before`, which has so many events, and then what has waited. */
  release(sink: Sink, before?: Uint8Array, events = 0): void {
    this.#sink = sink;
    this.#held = false;
    if (before !== undefined) {
      // So most streams begin.
      if (this.empty && !this.blocked) this.write(before, events);
      else this.#queueFirst(before, events);
    }
    if (!this.#full) this.#drain();
  }

  /** Has what is written go to another sink from now on. */
  redirect(sink: Sink): void {
    if (this.#sink !== undefined) this.#sink = sink;
  }

  /** Has private events wait until the next `release`. */
  hold(): void {
    this.#held = true;
  }

  /** Makes whole frames of all that waits: they belong before a change of what `seal` gives. */
  sealAll(): void {
    const items = this.#queue;
    this.#queue = undefined;
    for (let item = items?.shift(); item !== undefined; item = items?.shift()) {
      this.#enqueue(item.sealed ? item : { ...item, bytes: this.#owner.seal(item.bytes), sealed: true });
    }
  }

  /** Writes what does not wait: a batch of the log, a heartbeat. The outbox must not be blocked. */
  write(bytes: Uint8Array, events: number): void {
    const { now } = this.#clock;
    this.bytes += bytes.byteLength;
    this.wroteAt = now;
    if (events > 0) {
      this.events += events;
      this.eventAt = now;
    }
    const sink = this.#sink;
    if (sink === undefined) return;
    try {
      if (!sink.write(bytes)) this.#waitForRoom();
    } catch (cause) {
      this.#owner.onfault(cause);
    }
  }

  /** Writes a private event, or queues it. False when there is no room for it: then it is not kept. */
  put(bytes: Uint8Array, sealed: boolean, events = 1): boolean {
    if (this.#closed) return false;
    if (this.empty && !this.blocked) {
      this.write(sealed ? bytes : this.#owner.seal(bytes), events);
      return true;
    }
    const cost = bytes.byteLength + ITEM_OVERHEAD;
    // An empty queue takes any event: one that is allowed must be possible to send.
    if (this.#queued > 0 && this.#queued + cost > this.#limit) return false;
    this.#queued += cost;
    // What waits may be a small part of a larger buffer, which is not to wait with it.
    const own = bytes.byteLength < bytes.buffer.byteLength ? bytes.slice() : bytes;
    this.#enqueue({ bytes: own, sealed, events, cost });
    return true;
  }

  /** Writes or queues a notice of the stream's own, behind what waits and outside the bound. */
  putNotice(bytes: Uint8Array, sealed: boolean): void {
    this.#enqueue({ bytes, sealed, events: 0, cost: 0 });
    if (!this.blocked) this.#drain();
  }

  /** Lets go of what waits, and of the sink. Nothing goes out any more. */
  close(): void {
    this.#closed = true;
    this.#queue = undefined;
    this.#queued = 0;
    this.#sink = undefined;
  }

  #enqueue(item: Item): void {
    this.#queue ??= new Ring();
    this.#queue.push(item);
  }

  #queueFirst(bytes: Uint8Array, events: number): void {
    const later = this.#queue;
    this.#queue = undefined;
    this.#enqueue({ bytes, sealed: true, events, cost: 0 });
    for (let item = later?.shift(); item !== undefined; item = later?.shift()) this.#enqueue(item);
  }

  #waitForRoom(): void {
    this.#full = true;
    this.fullSince = this.#clock.now;
    this.#owner.onfull();
    void this.#sink?.ready().then(() => {
      this.#full = false;
      this.#drain();
    });
  }

  #drain(): void {
    while (!this.blocked) {
      const item = this.#queue?.shift();
      if (item === undefined) break;
      this.#queued -= item.cost;
      this.write(item.sealed ? item.bytes : this.#owner.seal(item.bytes), item.events);
    }
    if (this.#queue?.length === 0) this.#queue = undefined;
    if (this.empty && !this.blocked) this.#owner.onroom();
  }
}
