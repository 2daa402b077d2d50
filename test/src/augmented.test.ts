import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./support/run.ts";
import { tsc } from "./support/tsc.ts";

// An augmentation holds for a whole program, so it has one of its own, apart from those in `types`.
const code = `import { sse } from "@longwave/express";
import { sse as koaSse } from "@longwave/koa";
import express from "express";
import Koa from "koa";

declare module "@longwave/core" {
  interface SseEvents {
    tick: { price: number };
  }
}

const events = sse();
void events.publish("prices", { event: "tick", data: { price: 12 } });
void events.publish("prices", { event: "tock", data: { price: 12 } });
express().get("/", (_request, response) => {
  response.sse.send({ event: "tick", data: { price: 12 } });
  response.sse.send({ event: "tick", data: { price: "12" } });
});
new Koa().use(koaSse()).use((ctx) => {
  ctx.sse.send({ event: "tick", data: { price: 12 } });
  ctx.sse.send({ event: "tick", data: "12" });
});
`;

test("SseEvents, augmented once, types publish, res.sse and ctx.sse", async () => {
  const folder = join(root, "test/.scratch/augmented");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "app.ts"), code);
  const found = await tsc(folder, ["app.ts"], { noEmit: true });
  const wrong = found.map(({ line }) => code.split("\n")[line - 1]?.trim());
  expect(wrong).toEqual([
    'void events.publish("prices", { event: "tock", data: { price: 12 } });',
    'response.sse.send({ event: "tick", data: { price: "12" } });',
    'ctx.sse.send({ event: "tick", data: "12" });',
  ]);
});
