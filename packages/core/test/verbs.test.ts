import { expect, test } from "vitest";
import { Hub } from "../src/hub.ts";
import { hubOf, type SseOptions, withVerbs } from "../src/verbs.ts";
import { MemoryExchange } from "./support/memory-exchange.ts";

test("no options, or a hub's: a hub of its own", () => {
  expect(hubOf()).toBeInstanceOf(Hub);
  expect(hubOf({ heartbeat: 5 })).toBeInstanceOf(Hub);
  expect(hubOf({})).not.toBe(hubOf({}));
});

test("a hub: that hub", () => {
  const hub = new Hub();
  expect(hubOf({ hub })).toBe(hub);
});

test("a hub and another option, or what is no hub, are refused by name", () => {
  const both = { hub: new Hub(), heartbeat: 5 } as SseOptions;
  expect(() => hubOf(both)).toThrow(
    expect.objectContaining({ code: "BAD_OPTION", message: expect.stringContaining("heartbeat") }),
  );
  expect(() => hubOf({ hub: {} as never })).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
  expect(() => hubOf({ hub: null as never })).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
  expect(() => hubOf({ heartBeat: 5 } as never)).toThrow(expect.objectContaining({ code: "BAD_OPTION" }));
});

test("the verbs hang on what the adapter returns, and need no receiver", async () => {
  const hub = new Hub<object>();
  const face = withVerbs(() => "face", hub);
  expect(face()).toBe("face");
  expect(face.hub).toBe(hub);
  const { publish, finish, produce, limit, cursor, settled, drain, close } = face;
  expect(face.streams.size).toBe(0);
  const exchange = new MemoryExchange();
  await hub.stream(exchange).subscribe("a");
  expect(face.streams.size).toBe(1);
  const { epoch, offset } = await publish("a", { data: "x" });
  await settled();
  expect(await cursor()).toBe(`${epoch}.${offset}`);
  expect(exchange.sink.received.at(-1)?.data).toBe("x");
  expect((await finish("b")).offset).toBe(offset + 1);
  await produce("c", [{ data: "y" }]);
  expect((await hub.cursor()).split(".")).toEqual([epoch, `${offset + 3}`]);
  limit({ streams: 1 });
  const second = new MemoryExchange();
  hub.stream(second).send({ data: "z" });
  expect(second.failed).toMatchObject({ code: "LIMITED" });
  expect(await drain({ within: 0 })).toMatchObject({ ended: 1, cut: 0 });
  await close();
  expect(face.streams.size).toBe(0);
});
