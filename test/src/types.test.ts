import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./support/run.ts";
import { tsc } from "./support/tsc.ts";

/**
 * Lines that must not compile stand in `types/*.ts`, each after a comment with the error it must give:
 *
 *     // @ts-expect-error TS2322: an event's name is a string
 *     const event: ServerSentEvent = { event: 1 };
 *
 * The compiler itself would take any error for the expected one, a typing mistake in the test too. So here the
 * directives are taken out, and the errors must be just those that are named. The other lines must compile.
 */
const directive = /^\s*\/\/ @ts-expect-error(?: (TS\d+): .+)?$/;

const from = join(root, "test/src/types");
const scratch = join(root, "test/.scratch/types");
const files = (await readdir(from)).filter((file) => file.endsWith(".ts")).sort();
const texts = await Promise.all(files.map((file) => readFile(join(from, file), "utf8")));

await rm(scratch, { recursive: true, force: true });
await mkdir(scratch, { recursive: true });
await Promise.all(
  texts.map((text, at) =>
    writeFile(join(scratch, files[at] ?? ""), text.replaceAll("@ts-expect-error", "must not compile:")),
  ),
);
const found = await tsc(scratch, files, { noEmit: true });

test.for(files.map((file, at) => [file, texts[at] ?? ""] as const))(
  "%s: just these lines do not compile",
  ([file, text]) => {
    const expected = text.split("\n").flatMap((line, at) => {
      const match = directive.exec(line);
      return match === null
        ? []
        : [`line ${at + 2}: ${match[1] ?? "name the error: // @ts-expect-error TS2322: why"}`];
    });
    expect(expected.length, "it has a line that must not compile").toBeGreaterThan(0);
    const errors = found.filter((one) => one.file === file);
    const actual = errors.map((one) => `line ${one.line}: ${one.code}`);
    expect(actual, errors.map((one) => `line ${one.line}: ${one.text}`).join("\n")).toEqual(expected);
  },
);
