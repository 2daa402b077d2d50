import { expect, test } from "vitest";
import { Hub } from "../src/hub.ts";
import { MemoryExchange } from "./support/memory-exchange.ts";

test("a drain may say by itself when readers are to come back", async () => {
  const hub = new Hub();
  const exchange = new MemoryExchange({ url: "/" });
  await hub.stream(exchange).subscribe("a");
  expect(() => hub.drain({ retry: [5, 1] })).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
  await hub.drain({ within: 0, retry: [77, 77] });
  expect(exchange.sink.text).toContain("retry: 77\n");
});
