import fc from "fast-check";
import { expect, test } from "vitest";
import { encode, frame } from "../../src/frame.ts";
import { fromCursor, toCursor } from "../../src/position.ts";
import { received } from "../support/received.ts";

const RULES = { serialize: JSON.stringify, maxEventBytes: 1024 * 1024 };

/** Texts of what hurts: breaks, colons, spaces, marks, surrogates, and anything else. */
const hard = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\n",
        "\r",
        "\r\n",
        ":",
        " ",
        "data: ",
        "id: 1",
        "event: x",
        "retry: 1",
        "\0",
        "\ufeff",
      ),
      fc.constantFrom("\u2028", "\u2029", "\u0085", "\ud800", "\udc00", "💡", "é", "\u007f"),
      fc.string({ unit: "binary", maxLength: 5 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));

const name = hard
  .map((text) => text.replace(/\p{Cc}/gu, ""))
  .filter((text) => text !== "error" && text !== "open" && text !== "");

const id = fc.string({ unit: fc.constantFrom(...Array.from("!#0aZ.:-_")), maxLength: 128 });

/** Without lone surrogates. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

/** What a text is after UTF-8 and a reader's line breaks. */
function arrived(text: string): string {
  return wellFormed(text).replace(/\r\n|\r/g, "\n");
}

test("a reader gets of any event what went in, and nothing else", () => {
  const event = fc.record(
    { event: name, data: hard, retry: fc.nat(), comment: hard },
    { requiredKeys: ["data"] },
  );
  fc.assert(
    fc.property(event, fc.option(id, { nil: undefined }), (input, given) => {
      const { body } = encode(input, RULES);
      const bytes = given === undefined ? body : frame(given, body);
      const all = received(bytes);
      const comments = all.filter(({ comment }) => comment !== undefined).map(({ comment }) => comment);
      expect(comments.join("\n")).toBe(arrived(input.comment ?? ""));
      expect(all.filter(({ retry }) => retry !== undefined)).toEqual(
        input.retry === undefined ? [] : [{ retry: input.retry }],
      );
      expect(all.filter(({ data }) => data !== undefined)).toEqual([
        {
          ...(input.event !== undefined && { event: wellFormed(input.event) }),
          data: arrived(input.data),
          ...(given !== undefined && { id: given }),
        },
      ]);
    }),
    { numRuns: 2_000 },
  );
});

test("frames one after the other are as many events, wherever the stream is cut", () => {
  const data = fc.array(hard, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(data, fc.double({ min: 0, max: 1, noNaN: true }), (texts, part) => {
      const frames = texts.map((text, i) => frame(`${i}`, encode({ data: text }, RULES).body));
      const bytes = Buffer.concat(frames);
      const cut = Math.floor(part * bytes.byteLength);
      let whole = 0;
      for (let sum = 0; whole < frames.length; whole++) {
        sum += frames[whole]?.byteLength ?? 0;
        if (sum > cut) break;
      }
      const expected = texts.map((text, i) => ({ data: arrived(text), id: `${i}` })).slice(0, whole);
      expect(received(bytes.subarray(0, cut))).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});

test("no frame has a CR, or a blank line but at its end", () => {
  fc.assert(
    fc.property(hard, hard, (data, comment) => {
      const text = new TextDecoder().decode(encode({ data, comment }, RULES).body);
      expect(text).not.toContain("\r");
      expect(text.indexOf("\n\n")).toBe(text.length - 2);
    }),
  );
});

test("any JSON comes back as it was", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      fc.pre(typeof data !== "string");
      const [event] = received(encode({ data }, RULES).body);
      // Lone surrogates are escaped by JSON itself.
      expect(event?.data).toBe(JSON.stringify(data));
    }),
  );
});

test("a cursor comes back as the position it was made of; any other text is none, or writes itself again", () => {
  const epoch = fc.string({ unit: fc.constantFrom(...Array.from("azAZ09_~-")), minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(epoch, fc.maxSafeNat(), (given, offset) => {
      expect(fromCursor(toCursor({ epoch: given, offset }))).toEqual({ epoch: given, offset });
    }),
  );
  fc.assert(
    fc.property(fc.oneof(hard, fc.string(), epoch), (text) => {
      const position = fromCursor(text);
      if (position !== undefined) expect(toCursor(position)).toBe(text);
    }),
  );
});
