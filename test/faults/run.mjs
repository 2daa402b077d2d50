// Plants each fault of faults.ts into a copy of the sources, and shows that its named check goes red. First all named
// checks must be green without.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { module } = await runnerImport(fileURLToPath(new URL("faults.ts", import.meta.url)));
const { faults } = module;
const only = process.argv[2];
const chosen = faults.filter(({ fault }) => only === undefined || fault.includes(only));

const copy = mkdtempSync(join(tmpdir(), "longwave-faults-"));
process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
copySources();

const green = run(chosen.map(({ check }) => check));
for (const { fault, check } of chosen) {
  const state = green.get(key(check));
  if (state !== "passed") {
    console.error(
      `Without the fault its check must be green, but "${check.name}" (${check.file}) is ${state ?? "not there"}: ${fault}`,
    );
    process.exit(1);
  }
}

let unseen = 0;
for (const { fault, by, check, patch } of chosen) {
  const file = join(copy, patch.file);
  const source = readFileSync(file, "utf8");
  const parts = source.split(patch.find);
  if (parts.length !== 2) {
    console.error(`${patch.file} must hold this once, but does ${parts.length - 1} times: ${patch.find}`);
    process.exit(1);
  }
  writeFileSync(file, parts.join(patch.replace));
  const red = run([check]).get(key(check)) === "failed";
  writeFileSync(file, source);
  if (!red) unseen++;
  console.log(`${red ? "red  " : "GREEN"}  ${check.name.trim().padEnd(34).slice(0, 34)}  ${fault} (${by})`);
}
console.log(`${chosen.length - unseen} of ${chosen.length} planted faults are seen by their checks`);
process.exitCode = unseen === 0 ? 0 : 1;

function key({ file, name }) {
  return `${file} ${name}`;
}

/** Runs just these checks in the copy; tells how each went. */
function run(checks) {
  const names = checks.map(({ name }) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const report = join(copy, "report.json");
  rmSync(report, { force: true });
  const { stderr } = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      "--config=test/faults/vitest.config.ts",
      "--reporter=json",
      `--outputFile=${report}`,
      `--testNamePattern=^(?:${names.join("|")})`,
      ...new Set(checks.map(({ file }) => file)),
    ],
    { cwd: copy, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } },
  );
  if (!existsSync(report)) throw new Error(`The checks did not run: ${stderr}`);
  const { testResults } = JSON.parse(readFileSync(report, "utf8"));
  const states = new Map();
  for (const { name: file, assertionResults } of testResults) {
    for (const { fullName, status } of assertionResults) {
      const check = checks.find((one) => relative(copy, file) === one.file && fullName.startsWith(one.name));
      if (check !== undefined && status !== "skipped") states.set(key(check), status);
    }
  }
  return states;
}

/** The sources and tests, with a node_modules in which the packages are those of the copy. */
function copySources() {
  const left = new Set(["node_modules", "dist", ".scratch", ".turbo"]);
  for (const name of ["package.json", "tsconfig.json", "examples", "packages", "test"]) {
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !left.has(path.split(/[\\/]/).at(-1) ?? ""),
    });
  }
  const modules = join(copy, "node_modules");
  mkdirSync(join(modules, "@longwave"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name !== "@longwave") symlinkSync(join(root, "node_modules", name), join(modules, name), "junction");
  }
  for (const name of readdirSync(join(copy, "packages")))
    symlinkSync(join(copy, "packages", name), join(modules, "@longwave", name), "junction");
}
