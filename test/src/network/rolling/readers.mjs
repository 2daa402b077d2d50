// Native readers, in a process of their own: each comes back when it is told to, with its cursor, and holds every
// number it gets against the one before. Prints nothing; what it has found goes to the parent.
import { get } from "node:http";

const { readers: count, port } = JSON.parse(process.argv[2]);

class Reader {
  connects = 0;
  opened = 0;
  gaps = 0;
  /** Numbers left out without a gap having been told, and numbers that came again. */
  lost = 0;
  repeated = 0;
  cut = 0;
  refused = 0;
  other = 0;
  last = 0;
  #lastId;
  #retry = 3_000;
  #gap = false;
  #rest = "";

  connect() {
    this.connects++;
    this.#rest = "";
    const headers = { accept: "text/event-stream", ...(this.#lastId && { "last-event-id": this.#lastId }) };
    const asked = get({ port, host: "127.0.0.1", headers, agent: false }, (response) => {
      if (response.statusCode !== 200) this.other++;
      response.setEncoding("latin1");
      response.on("data", (text) => this.#read(text));
      response.on("error", () => {});
      response.on("close", () => {
        if (!response.complete) this.cut++;
        if (!ending) setTimeout(() => this.connect(), this.#retry);
      });
    });
    asked.on("error", () => {
      this.cut++;
      setTimeout(() => this.connect(), this.#retry);
    });
  }

  #read(text) {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop();
    for (const block of blocks) this.#take(block);
    look();
  }

  #take(block) {
    const id = /^id: (.*)$/m.exec(block)?.[1];
    if (id !== undefined) this.#lastId = id;
    const retry = /^retry: (\d+)$/m.exec(block)?.[1];
    if (retry !== undefined) this.#retry = Number(retry);
    const event = /^event: (.*)$/m.exec(block)?.[1];
    if (event === "checkpoint") this.opened++;
    if (event === "reconnect" && block.includes("refused")) this.refused++;
    if (event === "gap") {
      this.gaps++;
      this.#gap = true;
    }
    const number = Number(/^data: (\d+)$/m.exec(block)?.[1]);
    if (event !== undefined || Number.isNaN(number)) return;
    if (this.last > 0 && !this.#gap) {
      if (number <= this.last) this.repeated++;
      else this.lost += number - this.last - 1;
    }
    this.#gap = false;
    this.last = number;
  }
}

const readers = Array.from({ length: count }, () => new Reader());
let ending = false;

let look = () => {
  if (readers.some(({ opened }) => opened === 0)) return;
  look = () => {};
  process.send({ what: "opened" });
};

process.on("message", ({ last }) => {
  look = () => {
    if (readers.some((reader) => reader.last < last)) return;
    look = () => {};
    ending = true;
    const sum = (name) => readers.reduce((all, reader) => all + reader[name], 0);
    process.send({
      what: "done",
      lost: sum("lost"),
      repeated: sum("repeated"),
      cut: sum("cut"),
      other: sum("other"),
      refused: sum("refused"),
      connects: sum("connects"),
      gaps: sum("gaps"),
      // Readers that were not told of each gap that a new connection to another log is.
      silent: readers.filter(({ gaps, opened }) => gaps < opened - 1).length,
      // Readers that were never sent away.
      unmoved: readers.filter(({ connects }) => connects < 2).length,
    });
  };
  look();
});
process.once("disconnect", () => process.exit());

for (const reader of readers) reader.connect();
