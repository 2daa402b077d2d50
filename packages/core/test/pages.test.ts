import { expect, test } from "vitest";
import { MemoryLog } from "../src/memory-log.ts";
import { Pages } from "../src/pages.ts";
import { received } from "./support/received.ts";
import { SlowLog } from "./support/slow-log.ts";

const A = new Set("a");
const encoder = new TextEncoder();

async function filled(log: MemoryLog | SlowLog, count: number, size = 10): Promise<string> {
  let epoch = "";
  for (let i = 0; i < count; i++)
    ({ epoch } = await log.append("a", encoder.encode(`data: ${"x".repeat(size)}\n\n`)));
  return epoch;
}

test("readers that ask for the same at the same time share one read; later ones ask anew", async () => {
  const log = new SlowLog({}, [1]);
  const epoch = await filled(log, 3);
  const pages = new Pages(log);
  const at = { epoch, offset: 1 };
  const asked = [pages.after(at, A, "a", 100), pages.after({ ...at }, new Set("a"), "a", 100)];
  const [one, two] = await Promise.all(asked);
  expect(one).toBe(two);
  expect(log.reads).toHaveLength(1);
  await pages.after(at, A, "a", 100);
  expect(log.reads).toHaveLength(2);
});

test("other topics and other places are reads of their own", async () => {
  const log = new SlowLog({}, [1]);
  const epoch = await filled(log, 3);
  const pages = new Pages(log);
  await Promise.all([
    pages.after({ epoch, offset: 1 }, A, "a", 100),
    pages.after({ epoch, offset: 2 }, A, "a", 100),
    pages.after({ epoch, offset: 1 }, new Set("b"), "b", 100),
    pages.after({ epoch: "x", offset: 1 }, A, "a", 100),
  ]);
  expect(log.reads).toHaveLength(4);
});

test("a page is framed and joined, with ids that come back", async () => {
  const log = new MemoryLog({ epoch: "e" });
  await filled(log, 3);
  const page = await new Pages(log).after({ epoch: "e", offset: 1 }, A, "a", 100);
  expect(page.next).toEqual({ epoch: "e", offset: 3 });
  expect(page.batches).toHaveLength(1);
  const [batch] = page.batches;
  expect(received(batch?.bytes ?? new Uint8Array()).map(({ id }) => id)).toEqual(["e.2", "e.3"]);
});

test("it asks for about one batch, by the size that frames have", async () => {
  const log = new MemoryLog({ epoch: "e" });
  await filled(log, 2_000);
  const pages = new Pages(log);
  const start = { epoch: "e", offset: 0 };
  expect((await pages.after(start, A, "a", 1)).next.offset).toBe(1_024);
  expect((await pages.after(start, A, "a", 1_024)).next.offset).toBe(64);
  expect((await pages.after(start, A, "a", 1024 * 1024)).next.offset).toBe(16);
});

test("a gap is a page without batches", async () => {
  const log = new MemoryLog({ epoch: "e", events: 1 });
  await filled(log, 3);
  expect(await new Pages(log).after({ epoch: "e", offset: 0 }, A, "a", 100)).toEqual({
    batches: [],
    next: { epoch: "e", offset: 2 },
    gap: "evicted",
  });
});

test("a log that fails is LOG_FAILED to all who asked, and is asked again by the next", async () => {
  const log = new SlowLog();
  const epoch = await filled(log, 1);
  const pages = new Pages(log);
  log.away = true;
  const asked = [1, 2].map(() => pages.after({ epoch, offset: 0 }, A, "a", 100));
  for (const one of asked)
    await expect(one).rejects.toMatchObject({
      code: "LOG_FAILED",
      status: 503,
      cause: new Error("It is away."),
    });
  log.away = false;
  expect((await pages.after({ epoch, offset: 0 }, A, "a", 100)).batches).toHaveLength(1);
});
