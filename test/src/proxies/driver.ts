import type { Changes, Shown } from "./documented.ts";

/** Where a configuration takes effect in a test, instead of where the documentation puts it. */
interface Place {
  /** A directory for everything that the proxy writes. */
  readonly folder: string;
  /** Where it listens on 127.0.0.1. */
  readonly port: number;
  /** Address and port of the server behind it. */
  readonly upstream: string;
}

/** What is peculiar to one proxy. */
export interface Driver {
  readonly name: string;
  /** The program, and the Debian package that brings it. */
  readonly program: string;
  readonly package: string;
  /** Of the fences with its configuration in PROXIES.md. */
  readonly language: string;
  /** What moves a documented configuration to its place. */
  moves(which: Shown, place: Place): Changes;
  /** What the program is started with, to stay in the foreground. */
  arguments(file: string, folder: string): readonly string[];
  /** Makes it read its configuration again, as an operator does: a signal, or the program once more. */
  readonly reload: NodeJS.Signals | ((file: string, folder: string) => readonly string[]);
  /** Ends it as its complete configuration says, with its streams after a time. */
  readonly quit: NodeJS.Signals;
  /** Ends it and its workers at once. */
  readonly stop: NodeJS.Signals;
  /** Has its complete configuration cut quiet streams after two seconds. */
  readonly impatient: Changes;
  /** Has it give open streams one second when it ends. */
  readonly hurried: Changes;
  /** Whether a reload gives them as long, or leaves them alone. */
  readonly reloadCuts: boolean;
  /** Whether it compresses event streams, by its complete configuration. */
  readonly compresses: boolean;
}
