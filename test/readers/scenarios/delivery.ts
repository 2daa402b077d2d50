import { type Scenario, WORKS } from "../scenario.ts";

/** Data that readers and servers have got wrong, and as what it is to arrive, where that differs. */
const HARD: readonly (readonly [name: string, sent: string, arrives?: string])[] = [
  ["text", "plain"],
  ["LF", "a\nb\n\nc"],
  ["CR and CRLF", "a\rb\r\nc", "a\nb\nc"],
  ["breaks at both ends", "\na\n"],
  ["a space first", "  a "],
  ["empty data", ""],
  ["what looks like fields", "data: x\n\nevent: tick\nid: 7\n: no"],
  ["separators that are no breaks", "a\u2028b\u2029c\u0085d"],
  ["a BOM first", "\ufeffa"],
  ["emoji", "👩‍👩‍👧‍👦 🇺🇳"],
  ["lone surrogates", "a\ud800b\udc00c", "a\ufffdb\ufffdc"],
  ["1 MiB", "😀é".repeat(174_000)],
];

export const delivery: readonly Scenario[] = [
  {
    id: "Hard data",
    promise:
      "Line breaks, spaces, a BOM first, emoji, lone surrogates (as U+FFFD) and 1 MiB arrive as they were sent",
    async run({ stage, heard, open }) {
      await open("/events");
      for (const [, sent, arrives = sent] of HARD) {
        stage.said.add(arrives);
        await stage.say(sent);
      }
      await stage.say("done");
      await heard.message("done");
      const data = heard.data();
      if (data.length !== HARD.length + 1) return `${data.length - 1} messages of ${HARD.length}`;
      const wrong = HARD.filter(([, sent, arrives = sent], at) => data[at] !== arrives);
      // What the reader itself has changed is not what Longwave has said.
      for (const at of data.keys()) stage.said.add(data[at] ?? "");
      return wrong.length === 0 ? WORKS : `not ${wrong.map(([name]) => name).join(", ")}`;
    },
  },
  {
    id: "Named events",
    promise: "An event is heard under its name, and not as a message",
    async run({ stage, heard, open }) {
      await open("/events");
      await stage.say("1", { event: "tick" });
      await stage.say("2");
      // Of no interest to this application.
      await stage.say("3", { event: "tock" });
      await stage.say("", { event: "tick" });
      await stage.say("4");
      await heard.message("4");
      const own = heard.events.filter(({ name }) => name !== "checkpoint");
      const heardAll = own.map(({ name, data }) => `${name} ${data}`);
      const want = ["tick 1", "message 2", "tick ", "message 4"];
      const withOthers = ["tick 1", "message 2", "tock 3", "tick ", "message 4"];
      if (heardAll.join() === want.join()) return WORKS;
      return heardAll.join() === withOthers.join() ? "one callback hears all names" : heardAll.join();
    },
  },
];
