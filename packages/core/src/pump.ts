import { pullerOf } from "./source.ts";
import { nextTurn } from "./turn.ts";

/** A source that never waits, and a reader who takes as fast, must not keep all others from their turn. */
const EVENTS_A_TURN = 64;

/** What a source is pumped into. */
interface Outlet {
  readonly signal: AbortSignal;
  send(event: never): boolean;
  ready(): Promise<void>;
}

/**
 * Pulls events from a source and sends them, one at a time and as fast as the reader takes them. Cancels the source
 * when the reader leaves, even while it is being waited for.
 *
 * @returns true when the source has ended; false when the stream was over before, whatever the source makes of that
 */
export function pump(source: unknown, outlet: Outlet): Promise<boolean> {
  const { signal } = outlet;
  return new Promise((resolve, reject) => {
    // A source may never answer, not even to being cancelled: nobody waits for it longer than for the stream.
    const leave = () => resolve(false);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    pumping(source, outlet)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", leave));
  });
}

async function pumping(source: unknown, outlet: Outlet): Promise<boolean> {
  const { signal } = outlet;
  let over = false;
  let cancel = () => {};
  try {
    // Opened, and what was sent before is on its way.
    await outlet.ready();
    const puller = pullerOf(
      typeof source === "function" ? await (source as (signal: AbortSignal) => unknown)(signal) : source,
    );
    cancel = () => {
      over = true;
      void quietly(() => puller.cancel());
    };
    signal.addEventListener("abort", cancel);
    over = signal.aborted;
    for (let events = 1; !over; events++) {
      const { done, value } = await puller.next();
      if (over) break;
      if (done === true) return true;
      if (!outlet.send(value as never)) await outlet.ready();
      if (events % EVENTS_A_TURN === 0) await nextTurn();
    }
    cancel();
    return false;
  } catch (cause) {
    cancel();
    // What a cancelled source throws is nobody's trouble.
    if (signal.aborted) return false;
    throw cause;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

async function quietly(task: () => unknown): Promise<void> {
  try {
    await task();
  } catch {
    // It was told that nothing more is wanted; how it takes that is its own affair.
  }
}
