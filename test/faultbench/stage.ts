import type { Checker } from "./checker.ts";
import type { History } from "./history.ts";
import type { Seen } from "./ledger.ts";
import type { Cluster } from "./messages.ts";
import type { Random } from "./random.ts";

/** What readers share. */
export interface Stage {
  readonly mode: "churn" | "calm" | "leave";
  readonly checker: Checker;
  port(cluster: Cluster, random: Random): number;
  newestJob(cluster: Cluster): readonly string[];
  connects(): number;
  closes(seen: Seen): void;
  finishes(history: History): void;
  count(what: string): void;
  look(): void;
}
