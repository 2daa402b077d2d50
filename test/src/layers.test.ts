import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

interface Layer {
  readonly name: string;
  /** Its files, without `.ts`. */
  readonly files: readonly string[];
  /** The only layers it may import, where that is less than all to its left. */
  readonly may?: readonly string[];
}

/** Core, from left to right: each layer imports only from itself and from the left. */
const layers: readonly Layer[] = [
  { name: "errors", files: ["errors"] },
  { name: "frame", files: ["event", "utf8", "frame"] },
  { name: "log", files: ["position", "topic", "ring", "log", "ends", "latest", "topic-index", "memory-log"] },
  { name: "tail", files: ["batch", "fan-out", "sleepers", "window", "pages", "turn", "tail"] },
  { name: "exchange", files: ["exchange", "head", "sink"] },
  { name: "outbox", files: ["outbox"] },
  { name: "clock", files: ["clock"] },
  { name: "admission", files: ["limits", "admission"] },
  {
    name: "stream",
    files: [
      "gap",
      "observer",
      "options",
      "notice",
      "source",
      "pump",
      "waiters",
      "stream",
      "subscribed",
      "beat",
      "record",
      "roster",
      "refusal",
      "host",
      "connection",
      "start",
      "cursor",
      "subscription",
      "handle",
    ],
  },
  { name: "hub", files: ["drain", "streams", "publisher", "producer", "hub", "verbs"] },
  {
    name: "sinks",
    files: [
      "http2",
      "raw-header",
      "chunked",
      "direct",
      "leaving",
      "tick",
      "node-sink",
      "socket-sink",
      "web-sink",
      "bun-sink",
      "handover-sink",
    ],
    may: ["errors", "frame", "exchange"],
  },
  // The faces for users without an adapter stand beside their transports, and are all that knows of a hub there.
  { name: "node", files: ["node"], may: ["errors", "frame", "exchange", "sinks", "stream", "hub"] },
  { name: "fetch", files: ["fetch"], may: ["errors", "frame", "exchange", "sinks", "stream", "hub"] },
];

const adapters = ["express", "koa", "hono"] as const;
const mostLines = 250;
const mostAdapterLines = 80;
const mostLinesInCommon = 5;

const packages = new URL("../../packages/", import.meta.url);

/** The source without comments; strings and line breaks stay. Good enough for formatted code. */
function withoutComments(source: string): string {
  const comment = /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return source.replace(comment, (match) => (match.startsWith("/") ? match.replace(/[^\n]/g, "") : match));
}

/** Every module named in an import or a re-export, those of types included. */
function specifiers(source: string): string[] {
  const named =
    /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*"([^"]+)"|^\s*import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;
  return [...withoutComments(source).matchAll(named)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

interface Source {
  readonly name: string;
  readonly text: string;
  readonly imports: readonly string[];
}

async function sourcesOf(name: string): Promise<Source[]> {
  const folder = new URL(`${name}/src/`, packages);
  const files = (await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts")).sort();
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(new URL(file, folder), "utf8");
      const relative = specifiers(text).filter((specifier) => specifier.startsWith("."));
      return {
        name: file.slice(0, -".ts".length),
        text,
        imports: relative.map((specifier) => specifier.replace(/^\.\//, "").replace(/\.ts$/, "")),
      };
    }),
  );
}

const core = await sourcesOf("core");
const layerOf = new Map(layers.flatMap((layer, at) => layer.files.map((file) => [file, at] as const)));

test("each file of core is in one layer, and each file of the table is there", () => {
  const files = core.map((source) => source.name).filter((name) => name !== "index");
  const inNone = files.filter((name) => !layerOf.has(name)).map((name) => `${name}.ts is in no layer`);
  const gone = [...layerOf.keys()]
    .filter((name) => !files.includes(name))
    .map((name) => `${name}.ts is not there`);
  const twice = layers
    .flatMap((layer) => layer.files)
    .filter((name, at, all) => all.indexOf(name) !== at)
    .map((name) => `${name}.ts is in two layers`);
  expect([...inNone, ...gone, ...twice]).toEqual([]);
});

test("each layer of core imports only from its left", () => {
  const wrong: string[] = [];
  for (const { name, imports } of core) {
    const from = layerOf.get(name);
    if (from === undefined) continue;
    for (const imported of imports) {
      const to = layerOf.get(imported);
      const layer = layers[from] as Layer;
      const other = to === undefined ? undefined : (layers[to] as Layer);
      if (other === undefined || to === undefined)
        wrong.push(`${name}.ts imports ${imported}, which is in no layer`);
      else if (to > from)
        wrong.push(`${name}.ts (${layer.name}) imports ${imported}.ts (${other.name}) from the right`);
      else if (layer.may !== undefined && to !== from && !layer.may.includes(other.name))
        wrong.push(
          `${name}.ts (${layer.name}) imports ${imported}.ts (${other.name}); it may import ${layer.may.join(", ")}`,
        );
    }
  }
  expect(wrong).toEqual([]);
});

test("no import cycle in core, types counted", () => {
  const imports = new Map(core.map((source) => [source.name, source.imports]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (name: string, path: readonly string[]): void => {
    const seen = path.indexOf(name);
    if (seen >= 0) cycles.push([...path.slice(seen), name].join(" → "));
    if (seen >= 0 || done.has(name)) return;
    for (const next of imports.get(name) ?? []) visit(next, [...path, name]);
    done.add(name);
  };
  for (const { name } of core) visit(name, []);
  expect(cycles).toEqual([]);
});

test(`no source file is over ${mostLines} lines`, async () => {
  const all = await Promise.all(
    ["core", ...adapters].map(async (name) => [name, await sourcesOf(name)] as const),
  );
  const long = all.flatMap(([name, sources]) =>
    sources
      .map((source) => [`${name}/src/${source.name}.ts`, source.text.trimEnd().split("\n").length] as const)
      .filter(([, lines]) => lines > mostLines)
      .map(([file, lines]) => `${file} has ${lines} lines`),
  );
  expect(long).toEqual([]);
});

test("core has no word of a framework, not even in a comment", () => {
  const words = core.flatMap(({ name, text }) =>
    text
      .split("\n")
      .flatMap((line, at) =>
        /express|koa|hono/i.test(line) ? [`${name}.ts:${at + 1}: ${line.trim()}`] : [],
      ),
  );
  expect(words).toEqual([]);
});

/** One statement that re-exports: `export { a, type B } from "./c.ts";`, or all of a module. */
const reexport = /\bexport\s+(?:type\s+)?(?:\*(?:\s+as\s+\w+)?|\{[^}]*\})\s*from\s*"[^"]+";?/g;

test("index.ts is only the public list", () => {
  const index = core.find((source) => source.name === "index");
  expect(index, "packages/core/src/index.ts is there").toBeDefined();
  const rest = withoutComments(index?.text ?? "")
    .replace(reexport, "")
    .trim();
  expect(rest).toBe("");
});

test("no file but index.ts re-exports", () => {
  const wrong = core
    .filter((source) => source.name !== "index")
    .flatMap(({ name, text }) => {
      const code = withoutComments(text);
      const direct = [...code.matchAll(reexport)].map((match) => match[0]);
      // `import { a } from "./b.ts"; export { a };` is the same in two steps.
      const lists = [...code.matchAll(/\bexport\s+(?:type\s+)?\{[^}]*\}\s*;/g)].map((match) => match[0]);
      return [...direct, ...lists].map((statement) => `${name}.ts: ${statement.replace(/\s+/g, " ")}`);
    });
  expect(wrong).toEqual([]);
});

/** What is left of an adapter without comments, blank lines and imports; each line trimmed. */
function codeLines(source: string, imports: "with imports" | "without imports"): string[] {
  const code = withoutComments(source);
  const kept =
    imports === "with imports"
      ? code
      : code.replace(/^\s*import\b[^;"]*?(?:\bfrom\s*)?"[^"]+"(?:\s*with\s*\{[^}]*\})?;/gm, "");
  return kept.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.trim()]));
}

test.each(adapters)(`the adapter for %s is at most ${mostAdapterLines} lines of code`, async (name) => {
  const sources = await sourcesOf(name);
  const lines = sources.flatMap((source) => codeLines(source.text, "with imports"));
  expect(lines.length).toBeLessThanOrEqual(mostAdapterLines);
});

test(`no two adapters share ${mostLinesInCommon + 1} consecutive lines`, async () => {
  const runs = new Map<string, string>();
  const shared: string[] = [];
  for (const name of adapters) {
    const sources = await sourcesOf(name);
    const lines = sources.flatMap((source) => codeLines(source.text, "without imports"));
    for (let at = 0; at + mostLinesInCommon < lines.length; at++) {
      const run = lines.slice(at, at + mostLinesInCommon + 1).join("\n");
      const owner = runs.get(run) ?? name;
      if (owner !== name) shared.push(`${owner} and ${name} share:\n${run}`);
      runs.set(run, owner);
    }
  }
  expect(shared).toEqual([]);
});
