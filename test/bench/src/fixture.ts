import { answer } from "./answer.ts";
import { type BenchEvent, eventOf } from "./event.ts";
import { runTurns, type Schedule, sources } from "./turns.ts";

/**
 * A server under test. All behave alike: `GET /events?topic=…` subscribes (to `all` when it names none), `/own` waits
 * for events of its own, `/pipe` streams {@link sources}, `/hello` sends one event at once. What a server cannot do is
 * left out here and in the table of servers.
 */
export interface Fixture {
  readonly port: number;
  /** How many streams are open. */
  open(): number;
  publish?(topic: string, event: BenchEvent): void;
  /** All events of a turn were published: for loops without a library, which join them here. */
  endTurn?(): void;
  /** Sends an event of its own to each reader of `/own`. */
  sendEach?(event: () => BenchEvent): void;
  /** The cursor of now, to resume from later. */
  cursor?(): Promise<string>;
  /** How often data was serialized so far. */
  encodes?(): number;
}

/** What `publish` is asked. */
export interface PublishArgs extends Schedule {
  /** Publishes to `t0` … `t<topics - 1>` in turn, instead of to `all`. `events` are then those of each topic. */
  readonly topics?: number;
}

export interface Memory {
  readonly rss: number;
  readonly heap: number;
  /** Buffers outside of the heap. */
  readonly buffers: number;
}

/** Puts a server on the control channel. */
export function serve(fixture: Fixture): void {
  const verbs = {
    open: () => fixture.open(),
    publish: (args: PublishArgs) => publish(fixture, args),
    send: (schedule: Schedule) =>
      runTurns(schedule, (from, to) => {
        for (let n = from; n < to; n++) fixture.sendEach?.(() => eventOf(n, schedule.bytes));
      }),
    prepare: (schedule: Schedule) => sources.prepare(schedule),
    pipe: (schedule: Schedule) =>
      runTurns(schedule, (from, to) => {
        for (let n = from; n < to; n++) sources.turn(n);
      }),
    cursor: () => fixture.cursor?.(),
    encodes: () => fixture.encodes?.(),
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    memory,
  };
  answer(verbs, { port: fixture.port });
}

function publish(fixture: Fixture, args: PublishArgs): Promise<void> {
  const { topics, bytes } = args;
  const events = args.events * (topics ?? 1);
  return runTurns({ ...args, events }, (from, to) => {
    for (let i = from; i < to; i++) {
      if (topics === undefined) fixture.publish?.("all", eventOf(i, bytes));
      else fixture.publish?.(`t${i % topics}`, eventOf(Math.trunc(i / topics), bytes));
    }
    fixture.endTurn?.();
  });
}

interface Collectors {
  readonly gc?: () => void;
  readonly Bun?: { gc(force: boolean): void };
}

/** After a collection: what is kept, not what is not yet collected. */
async function memory(): Promise<Memory> {
  const { gc, Bun } = globalThis as Collectors;
  for (let i = 0; i < 4; i++) {
    gc?.();
    Bun?.gc(true);
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, heap: heapUsed, buffers: external };
}
