// Starts a process of the bench, which is TypeScript, on a Node that strips no types: `launch.mjs server {…}`.
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const [name = "", options = "{}"] = process.argv.slice(2);
const { module } = await runnerImport(fileURLToPath(new URL(`${name}.ts`, import.meta.url)));
await module.run(JSON.parse(options));
