import { Watch } from "../conformance/client/within.ts";

/** One thing that a reader told its application. */
export type Sign =
  | { readonly kind: "open" }
  /** `name` is `message` for what the reader gives as an ordinary message, by whatever way it has for those. */
  | { readonly kind: "event"; readonly name: string; readonly data: string; readonly id: string }
  | { readonly kind: "error" }
  /** The reader has given up, or was told to: it asks no more by itself. */
  | { readonly kind: "over" };

type EventSign = Extract<Sign, { kind: "event" }>;

/** What an application heard of its reader, in order. */
export class Heard {
  readonly signs: Sign[] = [];
  readonly #watch = new Watch();

  readonly add = (sign: Sign): void => {
    this.signs.push(sign);
    this.#watch.changed();
  };

  get events(): EventSign[] {
    return this.signs.filter((sign) => sign.kind === "event");
  }

  /** The data of all events of a name; by default, of messages. */
  data(name = "message"): string[] {
    return this.events.filter((event) => event.name === name).map(({ data }) => data);
  }

  get over(): boolean {
    return this.signs.some(({ kind }) => kind === "over");
  }

  /** Resolves with the first answer that is not undefined. */
  until<Value>(look: () => Value | undefined, what: string, deadline?: number): Promise<Value> {
    return this.#watch.until(look, () => `${what}; heard was ${this.#shown}`, deadline);
  }

  /** Resolves when a message of this text has come. */
  async message(text: string, deadline?: number): Promise<void> {
    const look = () => (this.data().includes(text) ? true : undefined);
    await this.until(look, `the message ${JSON.stringify(text)}`, deadline);
  }

  get #shown(): string {
    return JSON.stringify(this.signs.slice(-40), (_key, value: unknown) =>
      typeof value === "string" ? value.slice(0, 80) : value,
    );
  }
}
