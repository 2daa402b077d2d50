/** What every push runs beside the adapters on the Node of the tests, which are tested anyway. */
const PUSH = "http2 on node-20, fetch on node-20, hono on bun, hono on deno";

/** The names of the cells to be run, from `LONGWAVE_MATRIX`, or `all`. */
const wish = process.env["LONGWAVE_MATRIX"] ?? PUSH;

export function isChosen(cell: string): boolean {
  return wish === "all" || wish.split(/, */).includes(cell);
}

/** Whether there is a chosen cell on the runtime. */
export function isNeeded(runtime: string): boolean {
  return wish === "all" || wish.split(/, */).some((cell) => cell.endsWith(` on ${runtime}`));
}
