import type { App } from "./client/app.ts";
import type { Fixture, FixtureOptions } from "./fixtures/fixture.ts";

/** What a target may be unable to do. Each is named, with its reason, where the target is. */
export type Capability =
  /** It can be relied on at all: without that no check is run. */
  | "serve"
  /** A route can write to the response itself, before or after the stream. */
  | "own-response"
  /** There is a usual compressor for the framework. */
  | "compressor"
  /** It can be made to compress event streams. */
  | "compression"
  /** A reader may close its half of the connection, and the server goes on or ends, but does not hang. */
  | "half-close"
  /** Speaks HTTP/1.1, so that its bytes can be written and read one by one. */
  | "http/1.1"
  /** Keeps a request that was sent before the answer to another had ended. */
  | "pipelining"
  /** Lets go of requests that were sent on behind a stream when their connection is gone. */
  | "backlog"
  /** Answers HTTP/1.0. */
  | "http/1.0"
  /** The adapter can lift a server's timeout of quiet sockets. */
  | "socket-timeout"
  /** Tells when the last byte of a response is out. */
  | "flush"
  /** Its server can be closed while a reader takes nothing. */
  | "shutdown";

/** Why a target cannot, and where that is known or written down. */
interface Incapacity {
  readonly reason: string;
  readonly link: string;
}

export type Incapable = Readonly<Partial<Record<Capability, Incapacity>>>;

/**
 * One promise, and how it is checked. Ids are permanent: an id that was given up is never used again, since people
 * link to it.
 */
export interface Check {
  /** Its group and a number, as in `RESUME-07`. */
  readonly id: string;
  /** As in RFC 2119, said of Longwave and its adapter. */
  readonly level: "MUST" | "SHOULD" | "MAY";
  /** One line for users: what they can rely on. */
  readonly promise: string;
  /** What a target must be able to do for the check to have a meaning. */
  readonly needs?: readonly Capability[];
  /** How the app is to be started. */
  readonly options?: FixtureOptions;
  /** Talks to the app over the network; throws when the promise is broken. */
  run(app: App, fixture: Pick<Fixture, "close">): Promise<void>;
}

/** Something that answers like the demo app. */
export interface Target {
  readonly name: string;
  start(options: FixtureOptions): Promise<Fixture>;
  readonly incapable: Incapable;
}

/** The first thing that a check needs and a target cannot do. */
export function lacking(check: Check, incapable: Incapable): Capability | undefined {
  return check.needs?.find((need) => incapable[need] !== undefined);
}
