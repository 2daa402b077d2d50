/** Two groups of servers: one process with a log in its memory; two that share the asynchronous log. */
export type Cluster = "memory" | "remote";

export interface ServerOptions {
  /** Names the process and how often it was started; its producers' lanes carry it. */
  readonly name: string;
  readonly cluster: Cluster;
  readonly seed: number;
  /** Scales how much is published. */
  readonly pace: number;
}

export interface LoadOptions {
  readonly seed: number;
  readonly readers: number;
}

/** An event that was published: its lane and number, and where the log put it; no position when it refused. */
export interface Published {
  readonly lane: string;
  readonly number: number;
  readonly epoch?: string;
  readonly offset?: number;
}

/** What the observer of a server told of one stream. */
export interface Closed {
  /** The number of the connection, as the reader gave it. */
  readonly connection: number;
  readonly events: number;
  readonly gaps: number;
  readonly reason: string;
  readonly clean: boolean;
}

/** What one process holds when nobody reads. */
export interface Held {
  readonly bytes: number;
  /** Streams and sockets that are still there. */
  readonly left: number;
  readonly timers: number;
  /** Streams that the observer saw open and close. */
  readonly opened: number;
  readonly closed: number;
}

export type FromServer =
  | { readonly type: "listening"; readonly ports: readonly number[] }
  | { readonly type: "published"; readonly events: readonly Published[] }
  | { readonly type: "closed"; readonly streams: readonly Closed[] }
  | { readonly type: "job"; readonly cluster: Cluster; readonly topic: string }
  | { readonly type: "finals"; readonly finals: readonly Published[] }
  | { readonly type: "held"; readonly held: Held };

export type ToServer =
  | { readonly type: "produce" }
  | { readonly type: "rest" }
  | { readonly type: "finals" }
  | { readonly type: "measure" }
  | { readonly type: "drain"; readonly within: number };

export type ToLoad =
  | { readonly type: "servers"; readonly cluster: Cluster; readonly ports: readonly number[] }
  | { readonly type: "churn" | "calm" | "leave" | "report" }
  | { readonly type: "finals"; readonly finals: readonly Published[] }
  | Exclude<FromServer, { readonly type: "listening" | "finals" | "held" }>;

export type FromLoad =
  | { readonly type: "calm" | "complete" | "left" }
  | { readonly type: "report"; readonly report: LoadReport };

/** What the load process found. Counts; `faults` are those that must be none. */
export interface LoadReport {
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** The first of each kind of fault, in words. */
  readonly examples: readonly string[];
}
