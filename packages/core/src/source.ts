import { SseError, shown } from "./errors.ts";

/** A web stream, by what is used of it. */
interface WebStream<Event> {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Event | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** What events can be pulled from: an array, a generator, sync or async, a web stream, a Node stream of objects. */
export type Events<Event> = Iterable<Event> | AsyncIterable<Event> | WebStream<Event>;

/** What `pipe` takes: events, or a function that gives them, called once the stream has opened. */
export type Source<Event> = Events<Event> | ((signal: AbortSignal) => Events<Event> | Promise<Events<Event>>);

interface Step {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

/** Any kind of events, pulled one by one. */
export interface Puller {
  next(): Promise<Step> | Step;
  /** Lets the source know that no more is wanted, even while a `next` is under way. MAY reject. */
  cancel(): unknown;
}

/** Whether `pipe` can take a value, as far as can be told without touching it. @throws {SseError} `BAD_SOURCE` */
export function checkSource(source: unknown): void {
  if (typeof source === "function") return;
  if (typeof source === "object" && source !== null) {
    if (hasMethod(source, "getReader") || Symbol.asyncIterator in source || Symbol.iterator in source) return;
  }
  throw new SseError(
    "BAD_SOURCE",
    `pipe takes an iterable or async iterable of events, a web or Node stream, or a function that gives one; got ${shown(source)}.`,
    { value: source },
  );
}

/** An object with its methods, not closures: each is a place of its own in memory, to be waited for with each event. */
class Iterating implements Puller {
  readonly #iterator: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #events: object;

  constructor(events: object, iterator: AsyncIterator<unknown> | Iterator<unknown>) {
    this.#iterator = iterator;
    this.#events = events;
  }

  next(): Promise<Step> | Step {
    return this.#iterator.next();
  }

  cancel(): unknown {
    // A Node stream's iterator returns only after its pending read; destroying the stream ends that too.
    return hasMethod(this.#events, "destroy") ? this.#events.destroy() : this.#iterator.return?.();
  }
}

/** Begins to pull. @throws {SseError} `BAD_SOURCE` */
export function pullerOf(events: unknown): Puller {
  if (typeof events === "object" && events !== null) {
    if (hasMethod(events, "getReader")) {
      const reader = (events as WebStream<unknown>).getReader();
      return { next: () => reader.read(), cancel: () => reader.cancel() };
    }
    const either = events as Partial<AsyncIterable<unknown> & Iterable<unknown>>;
    const iterator = either[Symbol.asyncIterator]?.() ?? either[Symbol.iterator]?.();
    if (iterator !== undefined) return new Iterating(events, iterator);
  }
  checkSource(events);
  throw new SseError("BAD_SOURCE", "The function given to pipe gave another function.", { value: events });
}

function hasMethod<Name extends string>(value: object, name: Name): value is Record<Name, () => unknown> {
  return typeof Reflect.get(value, name) === "function";
}
