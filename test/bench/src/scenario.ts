import type { Stage } from "./stage.ts";
import type { Bound } from "./statistics.ts";

/** One kind of figure that a scenario gives. */
export interface Figure {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
}

/** What some servers' figure is to be. */
export interface Target extends Bound {
  readonly servers: readonly string[];
  readonly figure: string;
  /** The figure's ratio to the base, what it is over the base, or the figure itself. */
  readonly as: "ratio" | "excess" | "value";
  /** What to hope for. */
  readonly aim?: number;
}

/** A number for each figure; NaN where a server has none. */
export type Figures = Readonly<Record<string, number>>;

/**
 * Something that is measured. Every scenario's file begins with what it measures and what would fool it.
 */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** One sentence for the table and the page. */
  readonly about: string;
  /** Who takes part. */
  readonly servers: readonly string[];
  /** Runs first and last in each round: its second run over its first is the noise. */
  readonly limit: string;
  /** Whose figures a server's are divided by; by default the limit's. */
  readonly base?: (server: string) => string;
  /** The first is the one whose ratio is shown. */
  readonly figures: readonly [Figure, ...Figure[]];
  readonly targets: readonly Target[];
  /** Where more rounds would tell nothing more, and take long. */
  readonly mostRounds?: number;
  run(stage: Stage): Promise<Figures>;
}
