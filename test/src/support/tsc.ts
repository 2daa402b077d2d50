import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { node } from "./run.ts";

const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

export interface Diagnostic {
  /** Relative to the folder that was compiled, with `/`. */
  readonly file: string;
  readonly line: number;
  /** As in `TS2322`. */
  readonly code: string;
  readonly text: string;
}

const strict = {
  target: "es2023",
  lib: ["es2023", "dom", "dom.iterable"],
  types: ["node"],
  module: "nodenext",
  moduleDetection: "force",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  // As users have it who mix frameworks whose types do not agree with each other.
  skipLibCheck: true,
};

/** Compiles the files, as one program and as a strict user would, and gives what the compiler complains of. */
export async function tsc(
  folder: string,
  files: readonly string[],
  options: Readonly<Record<string, unknown>>,
): Promise<Diagnostic[]> {
  const config = { compilerOptions: { ...strict, ...options }, files };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config, null, 2));
  const { code, stdout, stderr } = await node([compiler, "-p", folder, "--pretty", "false"], folder);
  const found = [
    ...stdout.matchAll(/^(\S[^\n]*?)\((\d+),\d+\): error (TS\d+): ([^\n]*(?:\n {2}[^\n]*)*)/gm),
  ].map(([, file = "", line, code = "", text = ""]) => ({
    file: file.replaceAll("\\", "/"),
    line: Number(line),
    code,
    text,
  }));
  if (code !== 0 && found.length === 0) throw new Error(`The compiler did not run:\n${stdout}${stderr}`);
  return found;
}
