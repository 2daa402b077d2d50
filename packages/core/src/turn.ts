/** Runs a task when this round of the event loop is over; where nothing tells of that, with its last microtasks. */
export const endOfTurn: (task: () => void) => void =
  typeof setImmediate === "function" ? (task) => void setImmediate(task) : queueMicrotask;

/** Settles in a later round of the event loop, when all else that waited for its turn there has had it. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === "function") setImmediate(resolve);
    else setTimeout(resolve, 0);
  });
}
