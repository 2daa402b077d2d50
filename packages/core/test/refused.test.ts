import { expect, test } from "vitest";
import { Hub } from "../src/hub.ts";
import { MemoryExchange } from "./support/memory-exchange.ts";

test("the observer hears who was refused and why; other failures are no refusals", async () => {
  const told: unknown[] = [];
  const hub = new Hub({
    limits: { streams: 1 },
    origins: ["https://here.example"],
    observer: {
      refuse: ({ address, url }, { code, status }) => told.push([address, url, code, status]),
    },
  });
  const come = (url: string, headers: Record<string, string> = {}) =>
    hub.stream(new MemoryExchange({ url, headers, address: "192.0.2.1" })).comment("x");
  expect(come("/first")).toBe(true);
  expect(come("/second")).toBe(false);
  expect(come("/third", { origin: "https://there.example" })).toBe(false);
  await hub.close();
  expect(come("/fourth")).toBe(false);
  expect(told).toEqual([
    ["192.0.2.1", "/second", "LIMITED", 503],
    ["192.0.2.1", "/third", "FORBIDDEN", 403],
    ["192.0.2.1", "/fourth", "HUB_CLOSED", 503],
  ]);
});
