import { clockOf, count, duration, events } from "./format.ts";
import { load, save } from "./kept.ts";
import { List } from "./list.ts";
import { Outages } from "./outages.ts";
import { Panels } from "./panels.ts";
import { type CaughtUp, type Gap, type Phase, Reader } from "./reader.ts";
import { Strip } from "./strip.ts";
import { Tally } from "./tally.ts";
import { onScheme } from "./theme.ts";

const PHASES: Readonly<Record<Phase, string>> = {
  connecting: "Connecting",
  live: "Live",
  reconnecting: "Reconnecting",
  closed: "Refused, asking again",
};
const REASONS: Readonly<Record<string, string>> = {
  epoch: "the server has begun a new history",
  evicted: "what was missed is no longer kept",
  future: "the cursor is ahead of the server",
  malformed: "the cursor is none of this server's",
};
/** The charts move on this often while nothing comes, in milliseconds. */
const BEAT = 500;

const kept = load();
const tally = new Tally(kept?.counts, kept?.cursor);
const outages = new Outages(kept?.outages);
const panels = new Panels(outages, kept?.series);
const strip = new Strip(find<HTMLCanvasElement>("strip"), outages, kept?.ticks);
const story: (readonly [kind: string, time: number, text: string])[] = [];
const storyList = new List(find("story"), 30);
const requestList = new List(find("requests"), 60);
const cut = find<HTMLButtonElement>("cut");
/** The server's clock minus this one's, so that a page on another machine draws "now" where the server has it. */
let ahead = 0;
let dirty = true;

for (const [kind, time, text] of kept?.story ?? []) tell(kind, text, time);

const reader = new Reader(tally, {
  phase(phase) {
    document.body.dataset["phase"] = phase;
    find("phase").textContent = PHASES[phase];
    if (phase === "reconnecting" || phase === "closed") {
      outages.begin(now());
      tell("lost", phase === "closed" ? "Refused by the server" : "Connection lost");
    }
    show();
  },
  hello({ time, stream, machine }) {
    ahead = time - Date.now();
    outages.end(now());
    find("stream").textContent = stream;
    find("machine").textContent = machine;
    show();
  },
  reading(reading, when) {
    if (reading.topic === "request") {
      const { time, method, path, outcome, detail } = reading.data;
      requestList.add(Number(outcome) >= 400 ? "bad" : "good", [
        ["time", clockOf(time)],
        ["method", method],
        ["path", path],
        ["outcome", outcome],
        ["detail", detail],
      ]);
    } else panels.take(reading);
    strip.add(reading.topic, reading.data.time / 1_000, when);
    dirty = true;
  },
  gap({ reason }: Gap) {
    panels.break();
    tell("gap", `Gap: ${REASONS[reason] ?? reason}`);
  },
  caughtUp(caughtUp) {
    tell(caughtUp.how, sentence(caughtUp));
    show();
  },
});

cut.addEventListener("click", () => {
  if (reader.stream === undefined) return;
  tell("cut", "You drop the connection");
  void fetch(`streams/${encodeURIComponent(reader.stream)}/cut`, { method: "POST" }).catch(() => {});
});
addEventListener("pagehide", () => {
  const { cursor, counts } = tally;
  const { ticks } = strip;
  outages.begin(now());
  save({ cursor, counts, series: panels.kept, outages: outages.list, ticks, story });
});
onScheme(() => {
  dirty = true;
  strip.redraw();
});
setInterval(() => {
  dirty = true;
}, BEAT);
find("command").textContent = `curl -N ${location.origin}/events`;
reader.open();
requestAnimationFrame(frame);

/** One frame of the screen: whatever came since the last is drawn once. */
function frame(): void {
  requestAnimationFrame(frame);
  strip.draw(now());
  if (!dirty) return;
  dirty = false;
  panels.draw(now());
  show();
}

function now(): number {
  return (Date.now() + ahead) / 1_000;
}

function show(): void {
  const { counts, cursor } = tally;
  const values = {
    cursor: cursor ?? "–",
    received: count(counts.received),
    resumed: count(counts.resumed),
    missing: count(counts.missing + counts.repeated),
    gaps: count(counts.gaps),
  };
  for (const [name, text] of Object.entries(values)) {
    const element = find(name);
    if (element.textContent !== text) element.textContent = text;
  }
  find("missing").parentElement?.classList.toggle("bad", counts.missing + counts.repeated > 0);
  cut.disabled = reader.phase !== "live" || reader.stream === undefined;
}

function sentence({ how, events: caught, missing, away }: CaughtUp): string {
  if (how === "visit") return `First visit: ${events(caught)} of the last minutes`;
  if (how === "gap") return `Went on from the oldest kept: ${events(caught)}`;
  const after = away === undefined ? "after a reload" : `after ${duration(away)}`;
  return `Resumed ${after}: ${events(caught)}, ${missing === 0 ? "none" : count(missing)} missing`;
}

function tell(kind: string, text: string, time: number = Date.now()): void {
  story.push([kind, time, text]);
  if (story.length > 30) story.shift();
  storyList.add(kind, [
    ["time", clockOf(time)],
    ["text", text],
  ]);
}

function find<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`There is no #${id}`);
  return element as Kind;
}
