import type { AdmissionOptions } from "./admission.ts";
import { SseError, shown } from "./errors.ts";
import type { FrameRules } from "./frame.ts";
import type { Log } from "./log.ts";
import { type HistoryOptions, MemoryLog } from "./memory-log.ts";
import type { Observer } from "./observer.ts";
import { WINDOW, type WindowBounds } from "./window.ts";

/** How a hub behaves. All of it may be left out. */
export interface HubOptions extends AdmissionOptions {
  /**
   * After how many milliseconds without a byte a stream gets a heartbeat, so that no proxy on the way takes it for
   * dead. `false` turns it off.
   * @default 15_000; on Bun 5_000, since its server cuts what is quiet for 8 seconds where nobody told it otherwise
   */
  readonly heartbeat?: number | false;
  /**
   * How long a reader may make no room for what it was sent, in milliseconds, before it is cut. It comes back with
   * its cursor and goes on from there. `false` turns it off.
   * @default 30_000
   */
  readonly stallTimeout?: number | false;
  /**
   * How long a stream that has ended may take to bring its last bytes out, in milliseconds, before it is cut.
   * @default 5_000
   */
  readonly closeTimeout?: number;
  /**
   * How old a subscribed stream may become, in milliseconds, give or take a tenth; then its reader is sent to go on
   * by another, perhaps on another machine. `false` turns it off.
   * @default false
   */
  readonly maxAge?: number | false;
  /**
   * How long a stream may be without an event, in milliseconds, before it is ended. `false` turns it off.
   * @default false
   */
  readonly idleTimeout?: number | false;
  /**
   * Between how many milliseconds readers that are sent away or refused are told to come back: each another time, so
   * that they do not come all at once.
   * @default [1_000, 5_000]
   */
  readonly retry?: readonly [number, number];
  /**
   * How readers are refused at capacity, in a drain, and while the log is away: `status` answers 503 or 429 with `Retry-After`; `retry` opens
   * a stream that says when to come back, and ends it; `auto` does that for browsers' EventSource, which any status
   * but 200 stops for good, and gives the others the status.
   * @default "auto"
   */
  readonly whenRefused?: "auto" | "retry" | "status";
  /**
   * The largest event, in bytes on the wire. A larger one is refused with `EVENT_TOO_LARGE`.
   * @default 1_048_576 (1 MiB)
   */
  readonly maxEventBytes?: number;
  /**
   * How many bytes of private events (`send`) may wait for one slow reader.
   * @default 1_048_576 (1 MiB)
   */
  readonly outboxBytes?: number;
  /**
   * What happens when a private event does not fit into the outbox: `close` ends the stream; `drop` drops the new
   * event, and tells the reader so once, by an event `dropped`, when there is room again.
   * @default "close"
   */
  readonly whenFull?: "close" | "drop";
  /**
   * How data that is not a string becomes one.
   * @default JSON.stringify
   */
  readonly serialize?: (data: unknown) => string;
  /**
   * How much history the log in memory keeps, for readers that come back. With a `log` of your own: what that keeps,
   * so that the hub holds no more, and refreshes the cursors of quiet readers in time.
   */
  readonly history?: HistoryOptions;
  /**
   * Where published events are kept. The hub follows it and does not close it: it is the giver's.
   * @default a log in this process's memory
   */
  readonly log?: Log;
  /** What the hub tells of its streams and its troubles. */
  readonly observer?: Observer;
}

/** Options with every default filled in. 0 milliseconds: off. */
export interface Settings extends FrameRules {
  readonly heartbeat: number;
  readonly stallTimeout: number;
  readonly closeTimeout: number;
  readonly maxAge: number;
  readonly idleTimeout: number;
  readonly retry: readonly [number, number];
  readonly whenRefused: "auto" | "retry" | "status";
  readonly admission: AdmissionOptions;
  readonly outboxBytes: number;
  readonly whenFull: "close" | "drop";
  readonly observer: Observer | undefined;
  readonly log: Log;
  /** Whether the log was made here, and is closed here. */
  readonly ownLog: boolean;
  readonly window: WindowBounds;
  /** How old the last id on a stream may be, in events and milliseconds, before a heartbeat brings a newer one. */
  readonly freshEvents: number;
  readonly freshAge: number;
}

const NAMES: ReadonlySet<string> = new Set<keyof HubOptions>([
  "heartbeat",
  "stallTimeout",
  "closeTimeout",
  "maxAge",
  "idleTimeout",
  "retry",
  "whenRefused",
  "limits",
  "client",
  "trustedProxies",
  "admit",
  "origins",
  "hosts",
  "referers",
  "maxEventBytes",
  "outboxBytes",
  "whenFull",
  "serialize",
  "history",
  "log",
  "observer",
]);

const HEARTBEAT = "Bun" in globalThis ? 5_000 : 15_000;

/** @throws {SseError} `BAD_OPTION` */
export function settingsOf(options: HubOptions): Settings {
  for (const name of Object.keys(options)) {
    if (!NAMES.has(name))
      refuse(name, `is no option. There are ${[...NAMES].join(", ")}`, Reflect.get(options, name));
  }
  const {
    log,
    history,
    whenFull = "close",
    whenRefused = "auto",
    serialize = JSON.stringify,
    observer,
  } = options;
  if (whenFull !== "close" && whenFull !== "drop") refuse("whenFull", 'must be "close" or "drop"', whenFull);
  if (whenRefused !== "auto" && whenRefused !== "retry" && whenRefused !== "status") {
    refuse("whenRefused", 'must be "auto", "retry" or "status"', whenRefused);
  }
  if (typeof serialize !== "function") refuse("serialize", "must be a function", serialize);
  return {
    heartbeat: millisecondsOrOff("heartbeat", options.heartbeat, HEARTBEAT),
    stallTimeout: millisecondsOrOff("stallTimeout", options.stallTimeout, 30_000),
    closeTimeout: milliseconds("closeTimeout", options.closeTimeout, 5_000),
    maxAge: millisecondsOrOff("maxAge", options.maxAge, 0),
    idleTimeout: millisecondsOrOff("idleTimeout", options.idleTimeout, 0),
    retry: checkedRetry(options.retry),
    whenRefused,
    admission: options,
    maxEventBytes: count("maxEventBytes", options.maxEventBytes, 1024 * 1024),
    outboxBytes: count("outboxBytes", options.outboxBytes, 1024 * 1024),
    whenFull,
    serialize,
    observer,
    log: log ?? new MemoryLog(history),
    ownLog: log === undefined,
    window: {
      events: Math.min(WINDOW.events, history?.events ?? WINDOW.events),
      bytes: Math.min(WINDOW.bytes, history?.bytes ?? WINDOW.bytes),
    },
    freshEvents: Math.max(1, (history?.events ?? 10_000) / 4),
    freshAge: Math.max(1, (history?.age ?? 300_000) / 4),
  };
}

/** The longest time that timers can hold. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

function millisecondsOrOff(
  name: keyof HubOptions,
  value: number | false | undefined,
  otherwise: number,
): number {
  return value === false ? 0 : milliseconds(name, value, otherwise);
}

function milliseconds(name: keyof HubOptions, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (Number.isInteger(value) && value > 0 && value <= MAX_MILLISECONDS) return value;
  return refuse(name, `must be a whole number of milliseconds from 1 to ${MAX_MILLISECONDS}`, value);
}

/** @throws {SseError} `BAD_OPTION` */
export function checkedRetry(value: HubOptions["retry"] = [1_000, 5_000]): readonly [number, number] {
  const [least, most] = Array.isArray(value) ? value : [-1, -1];
  if (Number.isSafeInteger(least) && Number.isSafeInteger(most) && least >= 0 && least <= most) return value;
  return refuse("retry", "must be two whole numbers of milliseconds, the smaller first", value);
}

function count(name: keyof HubOptions, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (Number.isSafeInteger(value) && value > 0) return value;
  return refuse(name, "must be a whole number of bytes of at least 1", value);
}

function refuse(name: string, rule: string, value: unknown): never {
  throw new SseError("BAD_OPTION", `${name} ${rule}; got ${shown(value)}.`, { value });
}
