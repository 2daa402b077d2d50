// The load: all readers of a step, in a process of its own.
//
// Each reader is checked fully, for order and loss, since a mark costs less than a microsecond to find and to read. At
// rates where this process has no time left the bytes wait in the kernel's buffers: the server does not feel it as
// long as they fit, but latency does, so latency is only to be asked for at paced rates.
import { answer } from "../answer.ts";
import { Reader } from "./reader.ts";
import { type Result, Tally } from "./tally.ts";

/** Which streams to open. */
export interface OpenArgs {
  readonly port: number;
  readonly count: number;
  readonly route: string;
  readonly protocol: "sse" | "ws";
  /** A topic that all have. */
  readonly common?: string;
  /** How many topics each reader has, in turn, of `t0` … `t<of - 1>`. */
  readonly each?: number;
  readonly of?: number;
  readonly lastEventId?: string | undefined;
  /** The first so many never read after their head. */
  readonly slow?: number;
  /** How many events each is to have, when they come as it opens. */
  readonly wanted?: number;
}

export interface Opened {
  readonly opened: number;
  readonly failed: number;
  readonly why: string | undefined;
  readonly ms: number;
}

const AT_ONCE = 200;
/** Ports run out at about 28,000 connections from one address. Only Linux has the whole of 127/8. */
const ADDRESSES = process.platform === "linux" ? 128 : 0;

let readers: Reader[] = [];
let slow: Reader[] = [];
let tally = new Tally(0, 0);

function pathOf({ route, common, each = 0, of = 1 }: OpenArgs, i: number): string {
  const topics = Array.from({ length: each }, (_, k) => `topic=t${(i * each + k) % of}`);
  if (common !== undefined) topics.push(`topic=${common}`);
  return topics.length === 0 ? route : `${route}?${topics.join("&")}`;
}

function addressOf(i: number): string | undefined {
  return ADDRESSES === 0 ? undefined : `127.0.0.${2 + (i % ADDRESSES)}`;
}

function readerOf(args: OpenArgs, i: number, its?: Tally): Reader {
  const { port, protocol, lastEventId } = args;
  return new Reader({ port, path: pathOf(args, i), from: addressOf(i), protocol, lastEventId }, its);
}

/** Does something `count` times, some at once, and counts what went wrong. */
async function many(count: number, atOnce: number, one: (i: number) => Promise<void>): Promise<Opened> {
  const began = performance.now();
  let next = 0;
  let failed = 0;
  let why: string | undefined;
  const lane = async () => {
    while (next < count) {
      try {
        await one(next++);
      } catch (error) {
        failed++;
        why ??= String(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  return { opened: count - failed, failed, why, ms: performance.now() - began };
}

/**
 * Never sleeps meanwhile. To wake another processor costs the server's write more than the write does, and only a
 * server that is slower than this process would find it asleep.
 */
async function awake<T>(task: () => Promise<T>): Promise<T> {
  let busy = true;
  const spin = () => {
    if (busy) setImmediate(spin);
  };
  spin();
  try {
    return await task();
  } finally {
    busy = false;
  }
}

async function leaveAll(): Promise<void> {
  await Promise.all([...readers, ...slow].map((reader) => reader.leave()));
  readers = [];
  slow = [];
}

answer(
  {
    open: (args: OpenArgs) => {
      const { count, wanted } = args;
      if (wanted !== undefined) tally = new Tally(count, wanted);
      return many(count, AT_ONCE, async (i) => {
        const reader = readerOf(args, i, wanted === undefined ? undefined : tally);
        await reader.opened;
        if (i < (args.slow ?? 0)) {
          reader.pause();
          slow.push(reader);
        } else readers.push(reader);
      });
    },
    /** Opens readers that stay as long as this process. */
    hold: (args: OpenArgs) => many(args.count, AT_ONCE, (i) => readerOf(args, i).opened),
    expect: ({ wanted }: { readonly wanted: number }) => {
      tally = new Tally(readers.length, wanted);
      for (const reader of readers) reader.expect(tally);
    },
    result: (args: { readonly quiet: number; readonly limit: number }): Promise<Result> => tally.result(args),
    left: () => ({
      healthy: readers.filter(({ gone }) => gone).length,
      slow: slow.filter(({ gone }) => gone).length,
    }),
    leave: leaveAll,
    /** Connects and leaves as soon as the head is there. */
    churn: (args: OpenArgs) =>
      awake(() =>
        many(args.count, 50, async (i) => {
          const reader = readerOf(args, i);
          await reader.opened;
          await reader.leave();
        }),
      ),
    /** Milliseconds from connecting to the first event, one reader after the other. */
    first: async (args: OpenArgs) => {
      const times: number[] = [];
      await many(args.count, 1, async (i) => {
        const began = performance.now();
        const reader = readerOf(args, i);
        await new Promise<void>((resolve, reject) => {
          reader.onevent = resolve;
          reader.opened.catch(reject);
        });
        times.push(performance.now() - began);
        await reader.leave();
      });
      return times;
    },
  },
  {},
);
