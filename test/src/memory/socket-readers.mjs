// The readers of sockets.mjs. Slow ones stop reading when told to, are cut off half-way through what comes after they
// went on, and come back with the last id they had.
import { get } from "node:http";

/** One reader: it counts what it gets, and keeps only what a reader must. */
class Reader {
  next = 1;
  faults = 0;
  notices = 0;
  checkpoints = 0;
  lastId = undefined;
  #response;
  #rest = "";
  #onchange;

  constructor(onchange) {
    this.#onchange = onchange;
  }

  connect(port) {
    const headers = this.lastId === undefined ? {} : { "last-event-id": this.lastId };
    this.#rest = "";
    get({ port, host: "127.0.0.1", headers, agent: false }, (response) => {
      this.#response = response;
      response.setEncoding("latin1");
      response.on("data", (text) => this.#read(text));
      response.on("error", () => {});
    });
  }

  pause() {
    this.#response.pause();
  }

  resume() {
    this.#response.resume();
  }

  cut() {
    this.#response.destroy();
  }

  #read(text) {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop();
    for (const block of blocks) {
      const id = /^id: (.*)$/m.exec(block)?.[1];
      if (id !== undefined) this.lastId = id;
      const event = /^event: (.*)$/m.exec(block)?.[1];
      if (event === "gap") this.notices++;
      if (event === "checkpoint") this.checkpoints++;
      const number = Number(/^data: (\d+)/m.exec(block)?.[1]);
      if (event !== undefined || Number.isNaN(number)) continue;
      if (number !== this.next && !(this.notices > 0 && number > this.next)) this.faults++;
      this.next = number + 1;
    }
    this.#onchange();
  }
}

process.on("message", ({ what, ...message }) => {
  if (what === "connect") connect(message);
  else if (what === "stall") stall();
  else resume();
});

const readers = [];
let look = () => {};
let slow = [];
let events = 0;
let port = 0;

function connect(message) {
  ({ events, port } = message);
  for (let i = 0; i < message.readers; i++) {
    const reader = new Reader(() => look());
    readers.push(reader);
    reader.connect(port);
  }
  slow = readers.slice(0, message.slow);
  look = () => {
    if (readers.some(({ checkpoints }) => checkpoints === 0)) return;
    look = () => {};
    process.send({ what: "connected" });
  };
}

function stall() {
  for (const reader of slow) reader.pause();
  process.send({ what: "stalled" });
}

function resume() {
  // Half of them are cut, and come back; the others go on where they are.
  for (const [index, reader] of slow.entries()) {
    if (index % 2 === 0) reader.resume();
    else {
      reader.cut();
      reader.connect(port);
    }
  }
  look = () => {
    if (readers.some(({ next }) => next <= events)) return;
    look = () => {};
    const fast = readers.slice(slow.length).filter(({ notices }) => notices === 0).length;
    const faults = readers.reduce((sum, reader) => sum + reader.faults, 0);
    process.send({ what: "done", fast, returned: slow.length, faults });
  };
  look();
}

process.once("disconnect", () => process.exit());
