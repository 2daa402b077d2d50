// The other end of remote-log.ts: a memory log in a process of its own, reached by IPC. What comes and what goes
// takes a random time, the same for the same seed.
import { MemoryLog } from "@longwave/core";

const { history, seed, maxDelay, breakEvery } = JSON.parse(process.argv[2] ?? "{}");

let state = seed;
/** From 0 to below 1, the same row of numbers for the same seed (mulberry32). */
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

/** Runs tasks in the order they came, each after a random time: a connection. */
class Line {
  #tasks = [];
  #running = false;

  push(task) {
    this.#tasks.push(task);
    if (!this.#running) this.#next();
  }

  #next() {
    const task = this.#tasks.shift();
    this.#running = task !== undefined;
    if (task === undefined) return;
    // Now and then nothing is to be waited for: things that arrive in one turn are a case of their own.
    setTimeout(
      () => {
        task();
        this.#next();
      },
      random() < 0.3 ? 0 : Math.floor(random() * (maxDelay + 1)),
    );
  }
}

let log = new MemoryLog(history);
/** What stops the followers, by the number of their request. */
let followers = new Map();
/** For each client the line on which its appends keep their order. */
let lines = new Map();
/** Rises with each break: what was asked before it is answered no more. */
let session = 0;
let toNextBreak = untilBreak();

function untilBreak() {
  return breakEvery > 0 ? 1 + Math.floor(random() * 2 * breakEvery) : Number.POSITIVE_INFINITY;
}

function send(message) {
  if (process.connected) process.send(message);
}

/** At once, since what arrives next belongs to the time after. */
function breakOff() {
  session++;
  for (const stop of followers.values()) void stop();
  followers = new Map();
  lines = new Map();
}

function lineOf(client) {
  let line = lines.get(client);
  if (line === undefined) {
    line = new Line();
    lines.set(client, line);
  }
  return line;
}

function plain({ offset, topic, body, key, last }) {
  return { offset, topic, body, ...(key !== undefined && { key }), ...(last && { last }) };
}

const verbs = {
  append: ({ topic, body, mark }) => log.append(topic, body, mark),

  async after({ at, topics, limit }) {
    const found = await log.after(at, new Set(topics), limit);
    return { ...found, entries: found.entries.map(plain) };
  },

  async follow({ id }) {
    const line = new Line();
    const mine = session;
    const { head, finished, stop } = await log.follow((entries) => {
      const copies = entries.map(plain);
      line.push(() => {
        if (mine === session && followers.has(id)) send({ type: "entries", id, entries: copies });
      });
    });
    followers.set(id, stop);
    return { head, finished };
  },

  async stop({ follower }) {
    await followers.get(follower)?.();
    followers.delete(follower);
  },
};

async function run(request, asked) {
  let answer;
  try {
    answer = { type: "answer", id: request.id, value: await verbs[request.verb](request) };
  } catch (error) {
    answer = { type: "answer", id: request.id, error: { code: error.code, message: String(error) } };
  }
  new Line().push(() => {
    if (asked === session) send(answer);
  });
}

process.on("message", (request) => {
  if (request.verb === "break" || request.verb === "restart") {
    const { id, verb } = request;
    breakOff();
    if (verb === "restart") log = new MemoryLog(history);
    send({ type: "answer", id, value: log.epoch });
    return;
  }
  if (--toNextBreak <= 0) {
    toNextBreak = untilBreak();
    breakOff();
    send({ type: "broken" });
    return;
  }
  const asked = session;
  const line = request.verb === "append" ? lineOf(request.client) : new Line();
  line.push(() => {
    if (asked === session) void run(request, asked);
  });
});

process.once("disconnect", () => process.exit());
send({ type: "ready" });
