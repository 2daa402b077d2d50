// npm run faults -- --seed N --minutes M [--readers R]
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { runnerImport } from "vite";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    minutes: { type: "string", default: "1" },
    readers: { type: "string", default: "1000" },
  },
});
const { module } = await runnerImport(fileURLToPath(new URL("bench.ts", import.meta.url)));
const options = {
  seed: Number(values.seed),
  seconds: Number(values.minutes) * 60,
  readers: Number(values.readers),
};
const { counts, faults, examples } = await module.bench(options);
for (const name of Object.keys(counts).sort()) console.log(`${String(counts[name]).padStart(12)}  ${name}`);
for (const example of examples) console.log(example);
const found = Object.entries(faults);
console.log(
  found.length === 0
    ? `seed ${options.seed}: no fault`
    : `seed ${options.seed}: ${found.map(([kind, count]) => `${count} × ${kind}`).join(", ")}`,
);
process.exitCode = found.length === 0 ? 0 : 1;
