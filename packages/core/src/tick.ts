let now = 1;
let counting = false;

/** The number of this tick: of what Node runs at one go, microtasks counted, before it looks at the next event. */
export function tick(): number {
  if (!counting) {
    counting = true;
    process.nextTick(next);
  }
  return now;
}

function next(): void {
  now++;
  counting = false;
}
