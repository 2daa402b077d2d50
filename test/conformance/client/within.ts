/** How long a check waits for what must come. Reached only by a failure. */
const DEADLINE = 6_000;

/** The promise, or an error that says what did not come. The text is made only when it is needed. */
export async function within<Value>(
  promise: Promise<Value>,
  what: () => string,
  deadline: number = DEADLINE,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Not within ${deadline} ms: ${what()}`)), deadline);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * For promises of 100 ms: does it up to so many times, until it took no longer. A machine that is busy with other
 * things may be late once, but what waits for a timer of its own is late every time.
 */
export async function soon(task: () => Promise<number>, what: string, times: number = 5): Promise<void> {
  const took: number[] = [];
  while (took.length < times) {
    const milliseconds = await task();
    if (milliseconds <= 100) return;
    took.push(Math.round(milliseconds));
  }
  throw new Error(`Not within 100 ms: ${what} took ${took.join(", ")} ms.`);
}

/** Something that changes, and those who wait for a state of it. */
export class Watch {
  readonly #looking = new Set<() => void>();

  /** To be called at every change. */
  changed(): void {
    for (const look of this.#looking) look();
  }

  /** Resolves with the first answer that is not undefined. */
  async until<Value>(look: () => Value | undefined, what: () => string): Promise<Value> {
    let again: (() => void) | undefined;
    const found = new Promise<Value>((resolve, reject) => {
      again = () => {
        try {
          const value = look();
          if (value !== undefined) resolve(value);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.#looking.add(again);
      again();
    });
    try {
      return await within(found, what);
    } finally {
      if (again !== undefined) this.#looking.delete(again);
    }
  }
}
