/** The end of a turn of the event loop: what was published before it has gone out after it. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** As many turns as it takes; more than a thousand is a fault. */
export async function until(met: () => boolean): Promise<void> {
  for (let turns = 0; !met(); turns++) {
    if (turns > 1_000) throw new Error("It has not come about in a thousand turns.");
    await turn();
  }
}
