import type { Clock } from "./clock.ts";
import { SseError, shown } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { checkedLimits, type Limits, NO_LIMITS } from "./limits.ts";

/** A request as the hooks of admission see it. */
export type Visit = Pick<Exchange, "method" | "url" | "address" | "header">;

/** Which values of a header are allowed: texts to equal, or patterns to match. */
export type AllowList = readonly (string | RegExp)[];

/** Who may open a stream. Nothing is refused by default. */
export interface AdmissionOptions {
  /** How much the hub takes on; `hub.limit()` changes it while running. */
  readonly limits?: Limits;
  /**
   * Who a client is, for the limits per client: a user, a tenant, an API key.
   * @default the address, behind `trustedProxies`
   */
  readonly client?: (visit: Visit) => string | undefined;
  /**
   * How many proxies of your own stand before the server, each adding an address to `X-Forwarded-For`. What stands
   * left of those is the client's own claim, and is not believed.
   * @default 0: the address is the connection's
   */
  readonly trustedProxies?: number;
  /**
   * Whether a visit may open a stream: by its user agent, headers, or the load. Anything but true refuses it (403), a
   * promise too: ask before, and keep the answer. What it throws is the framework's to answer.
   */
  readonly admit?: (visit: Visit, load: { readonly streams: number }) => boolean;
  /** The `Origin`s allowed, where a request brings one. @default all */
  readonly origins?: AllowList;
  /** The `Host`s allowed. @default all */
  readonly hosts?: AllowList;
  /** The `Referer`s allowed, where a request brings one. @default all */
  readonly referers?: AllowList;
}

interface Client {
  open: number;
  /** How many more streams it may open now, and when that was counted. */
  tokens: number;
  at: number;
}

const MINUTE = 60_000;

/** The door of a hub: counts who is in, and says who may come in. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #clock: Clock;
  readonly #clients = new Map<string, Client>();
  #limits: Required<Limits>;
  #streams = 0;
  #sweptAt = 0;

  /** @throws {SseError} `BAD_OPTION` */
  constructor(options: AdmissionOptions, clock: Clock) {
    this.#options = checked(options);
    this.#clock = clock;
    this.#limits = checkedLimits(options.limits ?? {}, NO_LIMITS);
  }

  get limits(): Required<Limits> {
    return this.#limits;
  }

  limit(limits: Limits): void {
    this.#limits = checkedLimits(limits, this.#limits);
  }

  /**
   * Lets a visit in, and gives its client's key, for `leave`.
   * @throws {SseError} `FORBIDDEN`, `LIMITED`
   */
  enter(visit: Visit): string | undefined {
    const { origins, hosts, referers, admit } = this.#options;
    allow("origin", origins, visit, false);
    allow("host", hosts, visit, true);
    allow("referer", referers, visit, false);
    if (this.#streams >= this.#limits.streams)
      throw limited(503, "This server has as many event streams as it takes.", 5);
    if (admit !== undefined && admit(visit, { streams: this.#streams }) !== true)
      throw forbidden("This request may not open an event stream.");
    const key = this.#countsClients ? this.#keyOf(visit) : undefined;
    if (key !== undefined) this.#enterClient(key);
    this.#streams++;
    return key;
  }

  /** Counts one out that was let in. */
  leave(key: string | undefined): void {
    this.#streams--;
    if (key === undefined) return;
    const client = this.#clients.get(key);
    if (client === undefined) return;
    client.open--;
    // Of a client that is gone only how often it opens is to be remembered.
    if (client.open === 0 && this.#limits.opensPerMinute === Number.POSITIVE_INFINITY)
      this.#clients.delete(key);
  }

  /** @throws {SseError} `LIMITED` */
  checkTopics(topics: ReadonlySet<string>, readersOf: (topic: string) => number): void {
    const { topicsPerStream, readersPerTopic } = this.#limits;
    if (topics.size > topicsPerStream) {
      throw limited(
        429,
        `A stream may subscribe to ${topicsPerStream} topics here, not to ${topics.size}.`,
        60,
      );
    }
    if (readersPerTopic === Number.POSITIVE_INFINITY) return;
    for (const topic of topics) {
      if (readersOf(topic) >= readersPerTopic)
        throw limited(503, "A topic has as many readers as it takes.", 5);
    }
  }

  /** Forgets clients that are gone, now and then. */
  tick(): void {
    const { now } = this.#clock;
    if (now - this.#sweptAt < MINUTE) return;
    this.#sweptAt = now;
    for (const [key, client] of this.#clients) {
      if (client.open === 0 && now - client.at >= MINUTE) this.#clients.delete(key);
    }
  }

  get #countsClients(): boolean {
    const { streamsPerClient, opensPerMinute } = this.#limits;
    return streamsPerClient !== Number.POSITIVE_INFINITY || opensPerMinute !== Number.POSITIVE_INFINITY;
  }

  #enterClient(key: string): void {
    const { streamsPerClient, opensPerMinute } = this.#limits;
    const { now } = this.#clock;
    // Also here: the clock does not beat between streams that are shorter than its beat.
    this.tick();
    const client = this.#clients.get(key) ?? { open: 0, tokens: opensPerMinute, at: now };
    // As many as there may be, where that is no limit: one that comes later begins with all of its own.
    const regained =
      opensPerMinute === Number.POSITIVE_INFINITY
        ? opensPerMinute
        : ((now - client.at) / MINUTE) * opensPerMinute;
    client.tokens = Math.min(opensPerMinute, client.tokens + regained);
    client.at = now;
    this.#clients.set(key, client);
    if (client.open >= streamsPerClient)
      throw limited(429, "You have as many event streams open as you may.", 10);
    if (client.tokens < 1) {
      throw limited(
        429,
        "You open event streams too often.",
        Math.ceil(((1 - client.tokens) / opensPerMinute) * 60),
      );
    }
    client.tokens--;
    client.open++;
  }

  #keyOf(visit: Visit): string | undefined {
    const { client, trustedProxies = 0 } = this.#options;
    if (client !== undefined) return client(visit);
    if (trustedProxies === 0) return visit.address;
    const hops = (visit.header("x-forwarded-for") ?? "").split(",").map((hop) => hop.trim());
    return hops[hops.length - trustedProxies] || visit.address;
  }
}

/** @throws {SseError} `BAD_OPTION` */
function checked(options: AdmissionOptions): AdmissionOptions {
  for (const name of ["client", "admit"] as const) {
    const hook: unknown = options[name];
    if (hook !== undefined && typeof hook !== "function") throw bad(name, "must be a function", hook);
  }
  for (const name of ["origins", "hosts", "referers"] as const) {
    const list: unknown = options[name];
    const fits = (one: unknown) => typeof one === "string" || one instanceof RegExp;
    if (list !== undefined && !(Array.isArray(list) && list.every(fits)))
      throw bad(name, "must be an array of texts and patterns", list);
  }
  const { trustedProxies = 0 } = options;
  if (!Number.isSafeInteger(trustedProxies) || trustedProxies < 0)
    throw bad("trustedProxies", "must be a whole number", trustedProxies);
  return options;
}

function bad(name: string, rule: string, value: unknown): SseError {
  return new SseError("BAD_OPTION", `${name} ${rule}; got ${shown(value)}.`, { value });
}

function allow(name: string, list: AllowList | undefined, visit: Visit, needed: boolean): void {
  if (list === undefined) return;
  const value = visit.header(name);
  if (value === undefined && !needed) return;
  // Not `test`, which with the flag `g` goes on from where it was.
  if (list.some((one) => (typeof one === "string" ? one === value : (value?.search(one) ?? -1) !== -1)))
    return;
  throw forbidden(`The ${name} of this request is not allowed to open an event stream.`);
}

function forbidden(message: string): SseError {
  return new SseError("FORBIDDEN", message, { status: 403 });
}

function limited(status: 429 | 503, message: string, seconds: number): SseError {
  const after = Number.isFinite(seconds) ? Math.max(1, seconds) : 60;
  return new SseError("LIMITED", message, { status, headers: { "retry-after": `${after}` } });
}
