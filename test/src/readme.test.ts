import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./support/run.ts";
import { type Snippet, snippetsOf } from "./support/snippets.ts";
import { type Diagnostic, tsc } from "./support/tsc.ts";

const scratch = join(root, "test/.scratch/readme");
const preload = new URL("../scripts/listen-anywhere.mjs", import.meta.url).href;
const patience = 20_000;

const packages = (await readdir(join(root, "packages"))).map((name) => `packages/${name}/README.md`);
const texts = await Promise.all(
  ["README.md", ...packages].map(async (file) => [file, await readFile(join(root, file), "utf8")] as const),
);
const snippets = texts
  .flatMap(([file, text]) => snippetsOf(file, text))
  .map((snippet) => ({ ...snippet, name: nameOf(snippet) }));
type Named = (typeof snippets)[number];

/** `packages/koa/README.md:12` is compiled as `packages-koa-README-12.ts`. */
function nameOf(snippet: Snippet): string {
  return snippet.where.replace(/\.md:/, "-").replaceAll("/", "-");
}

function named(some: readonly Named[]): (readonly [string, Named])[] {
  return some.map((snippet) => [snippet.where, snippet]);
}

async function compile(some: readonly Named[]): Promise<Diagnostic[]> {
  const folder = join(scratch, some.length === 1 ? (some[0]?.name ?? "") : "together");
  await mkdir(folder, { recursive: true });
  const files = some.map((snippet) => `${snippet.name}.${snippet.language}`);
  await Promise.all(some.map((snippet, at) => writeFile(join(folder, files[at] ?? ""), snippet.code)));
  const options = {
    allowJs: true,
    checkJs: true,
    rootDir: ".",
    outDir: join(scratch, "dist"),
    sourceMap: false,
  };
  return tsc(folder, files, options);
}

/** All in one program, but for those that augment types: each of these would change the others. */
async function compileAll(): Promise<Map<string, string[]>> {
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true });
  const augments = (snippet: Named): boolean => /^\s*declare (?:module|global)\b/m.test(snippet.code);
  const groups = [snippets.filter((one) => !augments(one)), ...snippets.filter(augments).map((one) => [one])];
  const complaints = new Map(snippets.map((snippet) => [snippet.name, [] as string[]]));
  for (const group of groups.filter((one) => one.length > 0)) {
    for (const { file, line, code, text } of await compile(group)) {
      const snippet = group.find((one) => file === `${one.name}.${one.language}`);
      const at =
        snippet === undefined ? file : `${snippet.where.replace(/:\d+$/, "")}:${line + snippet.offset}`;
      complaints.get(snippet?.name ?? group[0]?.name ?? "")?.push(`${at}: ${code} ${text}`);
    }
  }
  return complaints;
}

interface Running {
  readonly child: ChildProcess;
  /** The port of its first server; undefined when it ended well without one. Rejects when it failed. */
  readonly listening: Promise<number | undefined>;
  /** Rejects when it failed, whenever that is; else never settles. */
  readonly failed: Promise<never>;
}

function start(name: string): Running {
  const script = join(scratch, "dist", `${name}.js`);
  const child = spawn(process.execPath, ["--import", preload, script], {
    cwd: join(root, "test"),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let output = "";
  child.stdout?.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (output += text.toString()));
  const ended = new Promise<undefined>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(undefined);
      else reject(new Error(`It ended with ${code ?? signal}:\n${output}`));
    });
  });
  const port = new Promise<number>((resolve) =>
    child.once("message", (message) => resolve((message as { port: number }).port)),
  );
  return {
    child,
    listening: Promise.race([port, ended]),
    failed: ended.then(() => new Promise<never>(() => {})),
  };
}

/** Asks, and reads the whole answer, or of an event stream the first bytes. */
async function ask(port: number, method: string, path: string): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(patience)]);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, signal });
  expect(response.ok, `${method} ${path} is answered ${response.status}`).toBe(true);
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  if (!isStream || response.body === null) {
    await response.arrayBuffer();
    return;
  }
  const { value } = await response.body.getReader().read();
  expect(value?.byteLength ?? 0, `${method} ${path} is a stream that sends something`).toBeGreaterThan(0);
  stop.abort();
}

async function run({ name, requests }: Named): Promise<void> {
  const { child, listening, failed } = start(name);
  const late = new Promise<never>((_resolve, reject) => {
    const error = new Error(`It neither ended nor listened within ${patience / 1000} s`);
    AbortSignal.timeout(patience).addEventListener("abort", () => reject(error));
  });
  try {
    const port = await Promise.race([listening, late]);
    if (port === undefined && requests.length > 0) throw new Error("It ended without listening");
    const asking = async (): Promise<void> => {
      for (const { method, path } of requests) await ask(port ?? 0, method, path);
    };
    await Promise.race([asking(), failed]);
  } finally {
    failed.catch(() => {});
    late.catch(() => {});
    child.kill("SIGKILL");
  }
}

test("the READMEs have snippets", () => {
  expect(snippets.length).toBeGreaterThan(0);
});

const complaints = await compileAll();

test.for(named(snippets))("%s compiles", ([, { name }]) => {
  expect(complaints.get(name)).toEqual([]);
});

const runnable = snippets.filter((snippet) => snippet.compileOnly === undefined);

test.for(named(runnable))("%s runs", { timeout: patience + 10_000 }, ([, snippet]) => run(snippet));
