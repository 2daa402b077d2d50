import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { node, npm, root } from "./support/run.ts";
import { tsc } from "./support/tsc.ts";

interface Packed {
  readonly name: string;
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Each package and what users import from it. */
const entries: Readonly<Record<string, readonly string[]>> = {
  "@longwave/core": ["@longwave/core", "@longwave/core/node", "@longwave/core/fetch"],
  "@longwave/express": ["@longwave/express"],
  "@longwave/koa": ["@longwave/koa"],
  "@longwave/hono": ["@longwave/hono"],
};
const names = Object.keys(entries);
const every = Object.values(entries).flat();

/** What a consumer has besides; taken from here instead of from a registry. */
const peers = ["express", "koa", "hono", "@types/express", "@types/koa", "@types/node"];

const require = createRequire(import.meta.url);
const attw = join(dirname(require.resolve("@arethetypeswrong/cli/package.json")), "dist/index.js");

/** A project outside the repository, so that nothing resolves to a workspace. */
let consumer = "";
let packed: readonly Packed[] = [];

/** Two adapters augment the types of their frameworks: a property that is not there must still be an error. */
const typed = `
import express from "express";
import Koa from "koa";
import { Hono } from "hono";
import { sse as forExpress } from "@longwave/express";
import { sse as forKoa } from "@longwave/koa";
import { sse as forHono } from "@longwave/hono";

const app = express();
app.use(forExpress({ heartbeat: 15_000 }));
app.get("/prices", (_req, res) => {
  res.sse.subscribe("prices");
  // @ts-expect-error
  res.sse.nope;
});

new Koa().use(forKoa()).use((ctx) => {
  ctx.sse.subscribe("prices");
  // @ts-expect-error
  ctx.sse.nope;
});

const events = forHono();
new Hono().get("/prices", (c) =>
  events(c, (stream) => {
    stream.subscribe("prices");
    // @ts-expect-error
    stream.nope;
  }),
);
void events.publish("prices", { event: "tick", data: { symbol: "ACME", price: 12 } });
`;

beforeAll(async () => {
  consumer = await realpath(await mkdtemp(join(tmpdir(), "longwave-published-")));
  const workspaces = names.flatMap((name) => ["--workspace", name]);
  packed = JSON.parse(
    await npm(["pack", "--json", "--pack-destination", consumer, ...workspaces]),
  ) as Packed[];
  await writeFile(join(consumer, "package.json"), '{ "private": true }');
  const tarballs = packed.map((one) => `./${one.filename}`);
  await npm(
    [
      "install",
      "--offline",
      "--legacy-peer-deps",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      ...tarballs,
    ],
    consumer,
  );
  for (const peer of peers) {
    const link = join(consumer, "node_modules", peer);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, "node_modules", peer), link, "junction");
  }
});

afterAll(() => rm(consumer, { recursive: true, force: true }));

describe.each(names)("the tarball of %s", (name) => {
  const tarball = (): Packed => {
    const found = packed.find((one) => one.name === name);
    if (found === undefined) throw new Error(`${name} was not packed`);
    return found;
  };

  test("holds its code, its sources, a README and a LICENSE, and nothing else", () => {
    const paths = tarball().files.map((file) => file.path);
    expect(paths).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json", "src/index.ts"]));
    expect(paths).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts"]));
    const strange = paths.filter((path) => !/^(?:LICENSE|[A-Z]+\.md|package\.json|src\/.+\.ts)$/.test(path));
    expect(strange.filter((path) => !/^dist\/[^/]+\.(?:js|d\.ts)(?:\.map)?$/.test(path))).toEqual([]);
  });

  test("needs the core of its own version exactly, and no private package", async () => {
    const manifest = JSON.parse(
      await readFile(join(consumer, "node_modules", name, "package.json"), "utf8"),
    ) as {
      readonly version: string;
      readonly dependencies?: Readonly<Record<string, string>>;
    };
    const dependencies = manifest.dependencies ?? {};
    expect(dependencies).toEqual(name === "@longwave/core" ? {} : { "@longwave/core": manifest.version });
  });

  test("has no fault that publint knows", async () => {
    const { messages, pkg } = await publint({
      pkgDir: join(consumer, "node_modules", name),
      pack: false,
      strict: true,
    });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("has types that are right in every ESM resolution", async () => {
    const { code, stdout, stderr } = await node(
      [attw, tarball().filename, "--profile", "esm-only", "--no-color"],
      consumer,
    );
    expect(code, stdout + stderr).toBe(0);
  });
});

test("the types of every entry are found from a module and from CommonJS", async () => {
  const lines = every.map((entry, at) => `import * as entry${at} from "${entry}";\nvoid entry${at};`);
  const required = every.map((entry, at) => `import entry${at} = require("${entry}");\nvoid entry${at};`);
  await writeFile(join(consumer, "entries.mts"), lines.join("\n"));
  await writeFile(join(consumer, "entries.cts"), required.join("\n"));
  const options = { noEmit: true, skipLibCheck: false };
  expect(await tsc(consumer, ["entries.mts"], options)).toEqual([]);
  expect(await tsc(consumer, ["entries.cts"], { ...options, verbatimModuleSyntax: true })).toEqual([]);
});

test("the adapters type what they add to their frameworks, and nothing more", async () => {
  await writeFile(join(consumer, "typed.mts"), typed);
  expect(await tsc(consumer, ["typed.mts"], { noEmit: true })).toEqual([]);
});

test.each([
  ["import", "entries.mjs", `(await Promise.all(entries.map((entry) => import(entry))))`],
  ["require()", "entries.cjs", "entries.map((entry) => require(entry))"],
])("every entry loads with %s and exports something", async (_how, file, load) => {
  const script = `const entries = ${JSON.stringify(every)};\nconst all = ${load};
console.log(JSON.stringify(all.map((one, at) => [entries[at], Object.keys(one).length > 0])));\n`;
  await writeFile(join(consumer, file), script);
  const { stdout, stderr } = await node([file], consumer);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual(every.map((entry) => [entry, true]));
});
