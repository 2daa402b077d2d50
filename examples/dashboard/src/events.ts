/** What the page draws: the names of the events, and what is in each. Times are milliseconds since 1970. */
export interface DashboardEvents {
  /** Load since the reading before, in percent: of the whole machine, and of each core. */
  cpu: { readonly time: number; readonly total: number; readonly cores: readonly number[] };
  /** Bytes: in use on the machine, what it has, and what this process has of it. */
  memory: {
    readonly time: number;
    readonly used: number;
    readonly total: number;
    readonly process: number;
  };
  /** How late the event loop was since the reading before, in milliseconds. */
  loop: { readonly time: number; readonly median: number; readonly p99: number; readonly max: number };
  /** Streams that are open, and events published in a second. */
  hub: { readonly time: number; readonly streams: number; readonly rate: number };
  /** One request that this server has answered, or one stream that has opened or is over. */
  request: {
    readonly time: number;
    readonly method: string;
    readonly path: string;
    /** The status, or what became of the stream. */
    readonly outcome: string;
    readonly detail: string;
  };
  /** For one reader alone, as its stream begins: its name, and the cursor up to which it is about to catch up. */
  hello: {
    readonly time: number;
    readonly stream: string;
    readonly head: string;
    readonly machine: string;
  };
}

/** The topics; each carries events of its own name. */
export const topics = ["cpu", "memory", "loop", "hub", "request"] as const;

declare module "@longwave/core" {
  interface SseEvents extends DashboardEvents {}
}
