// A process of its own, for its heap alone: 1,000 readers on one topic, ten of which take nothing, and 20,000 events
// of 1 kB. Prints as JSON what it holds after collection, and how the readers fared.
import { Hub } from "@longwave/core";

const READERS = 1_000;
const SLOW = 10;
const EVENTS = 20_000;
const PER_TURN = 20;
/** The log's bound, by default; that on the number of events is lifted, so that this one counts. */
const LOG_BYTES = 16 * 1024 * 1024;

/** Counts what it is given rather than keeping it: what is kept would be the test's own memory. */
class CountingSink {
  owner;
  next = 1;
  faults = 0;
  notices = 0;
  lastId = undefined;
  blocked;

  constructor(blocked) {
    this.blocked = blocked;
  }

  write(chunk) {
    readFrames(chunk, this);
    return !this.blocked;
  }

  ready() {
    return new Promise((resolve) => {
      this.resume = resolve;
    });
  }

  close() {
    queueMicrotask(() => this.owner?.onclose(true));
  }
}

/** Chunks are shared by the readers, so each is parsed once. */
let parsedChunk;
let parsed;

/** A part of a text keeps the whole of it alive; a copy does not. */
function copied(text) {
  return text === undefined ? undefined : Buffer.from(text).toString();
}

function readFrames(chunk, sink) {
  if (chunk !== parsedChunk) {
    parsedChunk = chunk;
    parsed = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      .toString("latin1")
      .split("\n\n")
      .map((block) => ({
        id: copied(/^id: (.*)$/m.exec(block)?.[1]),
        event: /^event: (.*)$/m.exec(block)?.[1],
        number: Number(/^data: (\d+)/m.exec(block)?.[1]),
      }));
  }
  for (const { id, event, number } of parsed) {
    if (id !== undefined) sink.lastId = id;
    if (event === "gap") sink.notices++;
    if (event !== undefined || Number.isNaN(number)) continue;
    // After a notice it may go on further up, and never further down.
    if (number !== sink.next && !(sink.notices > 0 && number > sink.next)) sink.faults++;
    sink.next = number + 1;
  }
}

function exchangeFor(sink, lastEventId) {
  return {
    method: "GET",
    url: "/",
    address: undefined,
    header: (name) => (name === "last-event-id" ? lastEventId : undefined),
    open: () => sink,
    answer() {},
    fail(error) {
      throw error;
    },
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function held() {
  globalThis.gc();
  globalThis.gc();
  // Array buffers are within external.
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function run(readers, events) {
  const hub = new Hub({ heartbeat: false, stallTimeout: false, history: { events } });
  const sinks = [];
  for (let i = 0; i < readers; i++) {
    const sink = new CountingSink(i < SLOW);
    sinks.push(sink);
    await hub.stream(exchangeFor(sink)).subscribe("topic");
  }
  const padding = "x".repeat(1_000);
  const before = held();
  for (let number = 1; number <= events; number++) {
    void hub.publish("topic", { data: `${number} ${padding}` });
    if (number % PER_TURN === 0) await turn();
  }
  await turn();
  parsedChunk = parsed = undefined;
  const grown = held() - before;

  // The ten come back with their cursors.
  const slow = sinks.slice(0, SLOW);
  const returned = [];
  for (const { lastId, next, owner } of slow) {
    owner.onclose(false);
    const sink = new CountingSink(false);
    sink.next = next;
    returned.push(sink);
    await hub.stream(exchangeFor(sink, lastId)).subscribe("topic");
  }
  for (let turns = 0; turns < 1_000 && returned.some(({ next }) => next <= events); turns++) await turn();
  await hub.close();
  const fast = sinks.slice(SLOW);
  return {
    grown,
    bound: LOG_BYTES + SLOW * 64 * 1024,
    fast: fast.filter(({ next, faults, notices }) => next === events + 1 && faults === 0 && notices === 0)
      .length,
    slow: slow.filter(({ next, faults }) => next < events / 2 && faults === 0).length,
    returned: returned.filter(({ next, faults }) => next === events + 1 && faults === 0).length,
    told: returned.filter(({ notices }) => notices === 1).length,
  };
}

// What is compiled and cached at first is not what is asked for.
await run(100, 2_000);
console.log(JSON.stringify(await run(READERS, EVENTS)));
