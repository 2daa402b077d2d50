import { expect, test } from "vitest";
import { Outbox, type OutboxOwner } from "../src/outbox.ts";
import { MemorySink } from "./support/memory-sink.ts";
import { turn } from "./support/turn.ts";

const encoder = new TextEncoder();

class Owner implements OutboxOwner {
  now = 0;
  /** Put before a body as it goes out. */
  mark = "1:";
  readonly calls: string[] = [];
  readonly faults: unknown[] = [];

  seal(body: Uint8Array): Uint8Array {
    return Buffer.concat([encoder.encode(this.mark), body]);
  }

  onfull(): void {
    this.calls.push("full");
  }

  onroom(): void {
    this.calls.push("room");
  }

  onfault(cause: unknown): void {
    this.faults.push(cause);
  }
}

interface Station {
  readonly owner: Owner;
  readonly sink: MemorySink;
  readonly outbox: Outbox;
  put(text: string, sealed?: boolean): boolean;
}

function station({ room = Number.POSITIVE_INFINITY, limit = 1_000, released = true } = {}): Station {
  const owner = new Owner();
  const sink = new MemorySink(room);
  const outbox = new Outbox(owner, owner, limit);
  if (released) outbox.release(sink);
  owner.calls.length = 0;
  return { owner, sink, outbox, put: (text, sealed = true) => outbox.put(encoder.encode(text), sealed) };
}

test("with room, an event goes out at once, whole or sealed", () => {
  const { sink, outbox, put } = station();
  expect(put("a")).toBe(true);
  expect(put("b", false)).toBe(true);
  expect(sink.text).toBe("a1:b");
  expect([outbox.events, outbox.bytes, outbox.empty, outbox.roomy]).toEqual([2, 4, true, true]);
});

test("without room it waits, and goes out in order when there is some", async () => {
  const { owner, sink, outbox, put } = station({ room: 1 });
  expect([put("a"), outbox.full, outbox.roomy]).toEqual([true, true, false]);
  expect([put("b"), put("c")]).toEqual([true, true]);
  expect([sink.text, outbox.events, outbox.empty]).toEqual(["a", 1, false]);
  sink.room = 3;
  sink.read();
  await turn();
  expect([sink.text, outbox.events, outbox.empty]).toEqual(["abc", 3, true]);
  expect(owner.calls).toEqual(["full", "room"]);
});

test("what fills the sink while it drains stops the draining", async () => {
  const { owner, sink, put } = station({ room: 1 });
  for (const text of "abc") put(text);
  sink.read();
  await turn();
  expect(sink.text).toBe("ab");
  sink.read();
  await turn();
  expect(sink.text).toBe("abc");
  expect(owner.calls).toEqual(["full", "full", "full"]);
  sink.read();
  await turn();
  expect(owner.calls).toEqual(["full", "full", "full", "room"]);
});

test("the bound: an event that does not fit is refused, and leaves no trace", async () => {
  const { sink, outbox, put } = station({ room: 1, limit: 200 });
  put("a");
  expect([put("b"), put("c")]).toEqual([true, true]);
  expect([put("x".repeat(80)), put("d".repeat(6))]).toEqual([false, true]);
  sink.room = Number.POSITIVE_INFINITY;
  sink.read();
  await turn();
  expect(sink.text).toBe("abcdddddd");
  expect(outbox.events).toBe(4);
  expect(put("e".repeat(500))).toBe(true);
});

test("an empty queue takes any event: one that is allowed must be possible to send", () => {
  const { put } = station({ room: 1, limit: 10 });
  put("a");
  expect(put("x".repeat(500))).toBe(true);
  expect(put("y")).toBe(false);
});

test("room is given back: the bound is on what waits, not on what ever did", async () => {
  const { sink, put } = station({ room: 1, limit: 100 });
  for (let round = 0; round < 50; round++) {
    expect([put("x".repeat(30)), put("y".repeat(30))]).toEqual([true, true]);
    sink.room = Number.POSITIVE_INFINITY;
    sink.read();
    await turn();
    sink.room = 1;
  }
});

test("held, everything waits, and that is not the reader's slowness", () => {
  const { sink, outbox, put } = station({ released: false });
  expect([put("a"), put("b", false), outbox.roomy, outbox.blocked]).toEqual([true, true, true, true]);
  outbox.putNotice(encoder.encode(">"), true);
  outbox.release(sink, encoder.encode("<"));
  expect(sink.text).toBe("<a1:b>");
  expect(outbox.events).toBe(2);
});

test("held while the sink is full, what comes before goes out first of all", async () => {
  const { sink, outbox, put } = station({ room: 1 });
  put("a");
  put("b");
  outbox.hold();
  put("c");
  outbox.putNotice(encoder.encode(">"), true);
  outbox.release(sink, encoder.encode("<"));
  expect(sink.text).toBe("a");
  sink.room = Number.POSITIVE_INFINITY;
  sink.read();
  await turn();
  expect(sink.text).toBe("a<bc>");
});

test("sealAll seals what waits by the mark of now, once", () => {
  const { owner, sink, outbox, put } = station({ released: false });
  put("a", false);
  put("b");
  outbox.sealAll();
  owner.mark = "2:";
  put("c", false);
  outbox.release(sink);
  expect(sink.text).toBe("1:ab2:c");
});

test("notices wait behind what waits, outside the bound, and count as no event", async () => {
  const { sink, outbox, put } = station({ room: 1, limit: 100 });
  put("a");
  put("b".repeat(30));
  outbox.putNotice(encoder.encode("n".repeat(500)), true);
  sink.room = Number.POSITIVE_INFINITY;
  sink.read();
  await turn();
  expect(sink.text).toBe(`a${"b".repeat(30)}${"n".repeat(500)}`);
  expect([outbox.events, outbox.bytes]).toEqual([2, 531]);
});

test("a notice with room goes out at once", () => {
  const { sink, outbox } = station();
  outbox.putNotice(encoder.encode("n"), false);
  expect(sink.text).toBe("1:n");
});

test("when it was last written, and when an event was", () => {
  const { owner, outbox, put } = station();
  owner.now = 5;
  put("a");
  owner.now = 9;
  outbox.write(encoder.encode(":"), 0);
  expect([outbox.eventAt, outbox.wroteAt]).toEqual([5, 9]);
});

test("closed, it takes nothing, and what waited is gone", async () => {
  const { owner, sink, outbox, put } = station({ room: 1 });
  put("a");
  put("b");
  outbox.close();
  expect([put("c"), outbox.empty, outbox.blocked]).toEqual([false, true, true]);
  sink.read();
  await turn();
  expect(sink.text).toBe("a");
  expect(owner.calls).toEqual(["full"]);
});

test("a sink that throws is the owner's to hear of", () => {
  const { owner, sink, put } = station();
  sink.fault = new Error("sink");
  put("a");
  expect(owner.faults).toEqual([sink.fault]);
});

test("what waits keeps no more than itself: not the larger buffer that it came in", () => {
  const { outbox, sink } = station({ room: 1 });
  const large = new Uint8Array(64 * 1024);
  outbox.put(encoder.encode("a"), true);
  outbox.put(large.subarray(0, 10), true);
  sink.read();
  return Promise.resolve().then(() => {
    expect(sink.chunks.map(({ buffer }) => buffer.byteLength)).toEqual([1, 10]);
  });
});
