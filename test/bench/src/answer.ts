import { createInterface } from "node:readline";

/** What a child process can be asked: one line of JSON in, one out. */
export type Verbs = Readonly<Record<string, (args: never) => unknown>>;

interface Question {
  readonly id: number;
  readonly verb: string;
  readonly args: unknown;
}

/**
 * The child's side of the control channel, on its standard input and output: the same on Node, Bun and Deno, and no
 * socket of the server under test. The child ends with its input, so that none outlives the tool.
 */
export function answer(verbs: Verbs, ready: unknown): void {
  const say = (id: number, value: unknown, error?: string) => {
    process.stdout.write(`${JSON.stringify({ id, value, error })}\n`);
  };
  const reply = async ({ id, verb, args }: Question) => {
    try {
      const known = verbs[verb] as ((args: unknown) => unknown) | undefined;
      if (known === undefined) throw new Error(`This process cannot "${verb}".`);
      say(id, await known(args));
    } catch (error) {
      say(id, undefined, error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  };
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => void reply(JSON.parse(line) as Question));
  lines.on("close", () => process.exit(0));
  say(0, ready);
}
