import { expect, test } from "vitest";
import { SseError, type SseErrorCode } from "../src/errors.ts";
import type { ServerSentEvent } from "../src/event.ts";
import { encode, encodeComment, frame, isId } from "../src/frame.ts";
import { received } from "./support/received.ts";

const RULES = { serialize: JSON.stringify, maxEventBytes: 1024 * 1024 };

function text(event: ServerSentEvent): string {
  return new TextDecoder().decode(encode(event, RULES).body);
}

/** What refuses the input, which no type may keep from coming: users write JavaScript too. */
function refusal(input: unknown, rules = RULES): SseError {
  try {
    encode(input as ServerSentEvent, rules);
  } catch (error) {
    if (error instanceof SseError) return error;
    throw error;
  }
  throw new Error("It was taken.");
}

test("all fields, in an order that readers take, end in a blank line", () => {
  expect(text({ data: "x", event: "tick", retry: 5, comment: "hello" })).toBe(
    ": hello\nevent: tick\nretry: 5\ndata: x\n\n",
  );
});

test.each([
  ["a string as it is", "x", "data: x\n\n"],
  ["an empty string", "", "data: \n\n"],
  ["null as JSON", null, "data: null\n\n"],
  ["zero as JSON", 0, "data: 0\n\n"],
  ["false as JSON", false, "data: false\n\n"],
  ["an object as JSON", { a: [1, "b"] }, 'data: {"a":[1,"b"]}\n\n'],
  ["LF as two lines", "a\nb", "data: a\ndata: b\n\n"],
  ["CR as two lines", "a\rb", "data: a\ndata: b\n\n"],
  ["CRLF as two lines", "a\r\nb", "data: a\ndata: b\n\n"],
  ["two breaks as an empty line between", "a\n\nb\r\rc", "data: a\ndata: \ndata: b\ndata: \ndata: c\n\n"],
  ["breaks at both ends", "\na\n", "data: \ndata: a\ndata: \n\n"],
  ["a break alone", "\n", "data: \ndata: \n\n"],
  ["a leading space behind the one that readers strip", " a", "data:  a\n\n"],
  [
    "what looks like a field",
    "x\nid: 7\n\nevent: admin",
    "data: x\ndata: id: 7\ndata: \ndata: event: admin\n\n",
  ],
  ["separators that are no breaks", "a\u2028b\u2029c\u0085d", "data: a\u2028b\u2029c\u0085d\n\n"],
  ["NUL and other controls", "a\0b\u001b\u007f", "data: a\0b\u001b\u007f\n\n"],
  ["lone surrogates as U+FFFD", "a\ud800b", "data: a\ufffdb\n\n"],
  ["bidi and zero-width characters", "\u202ea\u200b", "data: \u202ea\u200b\n\n"],
])("data: %s", (_name, data, expected) => {
  expect(text({ data })).toBe(expected);
});

test("data that begins with a byte order mark survives", () => {
  expect(received(encode({ data: "\ufeffa" }, RULES).body)).toEqual([{ data: "\ufeffa" }]);
});

test("a comment of several lines cannot forge a field", () => {
  expect(text({ comment: "a\rdata: x\r\n\nevent: y" })).toBe(": a\n: data: x\n: \n: event: y\n\n");
});

test("a comment by itself ends no block: one reader takes an empty block for a message", () => {
  const alone = (comment: string) => new TextDecoder().decode(encodeComment(comment, RULES));
  expect([alone(""), alone("a\nb")]).toEqual([": \n", ": a\n: b\n"]);
  // With what it may have before it, an id of the log, it is a block.
  expect(text({ comment: "" })).toBe(": \n\n");
});

test("a name alone is heard: it gets empty data, without which readers drop it", () => {
  expect(received(encode({ event: "ping" }, RULES).body)).toEqual([{ event: "ping", data: "" }]);
});

test.each(["message", "", "__proto__", "constructor", "Error", "a b", ": x", " lead", "é", "\u2028", "💡"])(
  "the event name %j is taken and comes back",
  (event) => {
    const [heard] = received(encode({ event, data: "x" }, RULES).body);
    // An empty name is none: the reader hears a message. One leading space is behind the one that is stripped.
    expect(heard?.event ?? "").toBe(event);
  },
);

test.each(["error", "open", "a\nb", "a\rb", "a\r\nb", "\n", "a\0b", "\u007f", "\u0085", "\u001f"])(
  "the event name %j is refused",
  (event) => {
    expect(refusal({ event, data: "x" })).toMatchObject({ code: "BAD_EVENT_NAME", value: event });
  },
);

test.each([0, 1, 3_000, Number.MAX_SAFE_INTEGER])("retry %d is taken", (retry) => {
  expect(text({ retry })).toBe(`retry: ${retry}\n\n`);
});

test.each(["", "0", "a".repeat(128), "!#~", "a:b"])("the id %j is taken", (id) => {
  expect(encode({ id, data: "x" }, RULES).id).toBe(id);
  expect(received(frame(id, encode({ data: "x" }, RULES).body))).toEqual([{ data: "x", id }]);
});

test.each([
  "a b",
  "a\nb",
  "a\rb",
  "\0",
  "a\0b",
  "é",
  "\u007f",
  "\u0085",
  "\ud800",
  "~end",
  "~",
  "a".repeat(129),
])("the id %j is refused", (id) => {
  expect(isId(id)).toBe(false);
  expect(refusal({ id, data: "x" })).toMatchObject({ code: "BAD_ID", value: id });
});

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;
const throws = {
  toJSON(): never {
    throw new Error("secret");
  },
};

test.each<[string, unknown, SseErrorCode]>([
  ["nothing", undefined, "BAD_EVENT"],
  ["null", null, "BAD_EVENT"],
  ["a string", "x", "BAD_EVENT"],
  ["an array", [{ data: "x" }], "BAD_EVENT"],
  ["a function", () => {}, "BAD_EVENT"],
  ["an empty object", {}, "BAD_EVENT"],
  ["an object of other fields", { type: "x" }, "BAD_EVENT"],
  ["a name that is a number", { event: 5, data: "" }, "BAD_EVENT_NAME"],
  ["a name that is an object with toString", { event: { toString: () => "x" }, data: "" }, "BAD_EVENT_NAME"],
  ["an id that is a number", { id: 0 }, "BAD_ID"],
  ["an id that is an object with toString", { id: { toString: () => "x" } }, "BAD_ID"],
  ["an id that is null", { id: null }, "BAD_ID"],
  ["a retry that forges lines", { retry: "0\r\nevent: admin" }, "BAD_RETRY"],
  ["a retry in text", { retry: "5" }, "BAD_RETRY"],
  ["a negative retry", { retry: -1 }, "BAD_RETRY"],
  ["half a retry", { retry: 0.5 }, "BAD_RETRY"],
  ["a retry beyond what is exact", { retry: 2 ** 53 }, "BAD_RETRY"],
  ["an infinite retry", { retry: Number.POSITIVE_INFINITY }, "BAD_RETRY"],
  ["NaN as retry", { retry: Number.NaN }, "BAD_RETRY"],
  ["null as retry", { retry: null }, "BAD_RETRY"],
  ["a comment that is a number", { comment: 5 }, "BAD_COMMENT"],
  ["undefined data", { data: undefined }, "BAD_DATA"],
  ["undefined data under a name", { event: "x", data: undefined }, "BAD_DATA"],
  ["a BigInt", { data: 1n }, "BAD_DATA"],
  ["a symbol", { data: Symbol("x") }, "BAD_DATA"],
  ["a function as data", { data: () => "x" }, "BAD_DATA"],
  ["a cyclic object", { data: cyclic }, "BAD_DATA"],
  ["data whose toJSON throws", { data: throws }, "BAD_DATA"],
  ["bytes", { data: new Uint8Array(3) }, "BAD_DATA"],
  ["a Buffer", { data: Buffer.from("x") }, "BAD_DATA"],
  ["an ArrayBuffer", { data: new ArrayBuffer(3) }, "BAD_DATA"],
])("%s is refused", (_name, input, code) => {
  const error = refusal(input);
  expect(error.code).toBe(code);
  expect(error.message).not.toContain("secret");
});

test("the serializer's exception is the cause, for whoever looks", () => {
  expect(refusal({ data: throws }).cause).toEqual(new Error("secret"));
});

test("a serializer of one's own is asked for what is no string, and for that only", () => {
  const rules = { ...RULES, serialize: (data: unknown) => `<${typeof data}>` };
  expect(new TextDecoder().decode(encode({ data: 1n }, rules).body)).toBe("data: <bigint>\n\n");
  expect(new TextDecoder().decode(encode({ data: "s" }, rules).body)).toBe("data: s\n\n");
});

test("the bound is on the bytes on the wire, and met exactly", () => {
  const rules = { ...RULES, maxEventBytes: 20 };
  const most = "é".repeat(6);
  expect(encode({ data: most }, rules).body.byteLength).toBe(20);
  expect(refusal({ data: `${most}a` }, rules)).toMatchObject({ code: "EVENT_TOO_LARGE", value: 21 });
  expect(refusal({ data: "a".repeat(8 * 1024 * 1024 + 1) }).code).toBe("EVENT_TOO_LARGE");
});

test("100,000 lines are lines, and count as what they take", () => {
  const rules = { ...RULES, maxEventBytes: 8 * 1024 * 1024 };
  const data = "a\n".repeat(99_999);
  expect(received(encode({ data }, rules).body)).toEqual([{ data }]);
  expect(refusal({ data: "\n".repeat(200_000) }).code).toBe("EVENT_TOO_LARGE");
});

test("frame puts the id line before the very body", () => {
  const body = new TextEncoder().encode("data: x\n\n");
  expect(new TextDecoder().decode(frame("e.1", body))).toBe("id: e.1\ndata: x\n\n");
});

test("a field that is undefined is not there", () => {
  // Code without exactOptionalPropertyTypes may give it.
  const loose: { data: string; event?: undefined } = { data: "x", event: undefined };
  expect(new TextDecoder().decode(encode(loose as never, RULES).body)).toBe("data: x\n\n");
});
