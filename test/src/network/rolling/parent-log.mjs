// A log that the parent process lends to this one, by IPC: what lend-log.ts answers.
import { SseError } from "@longwave/core";

export class ParentLog {
  #calls = new Map();
  #followers = new Map();
  #made = 0;

  constructor() {
    process.on("message", ({ log, ...message }) => {
      if (log === "entries") this.#followers.get(message.id)?.deliver(message.entries);
      else if (log === "broken") this.#broken(message.id);
      else if (log === "answer") this.#answer(message);
    });
  }

  append(topic, body, mark) {
    return this.#call("append", [topic, body, mark]);
  }

  after(at, topics, limit) {
    return this.#call("after", [at, topics, limit]);
  }

  async follow(deliver, broken) {
    const id = ++this.#made;
    // Entries may come before the answer.
    this.#followers.set(id, { deliver, broken });
    const following = await this.#call("follow", [id]);
    const stop = async () => {
      if (this.#followers.delete(id)) await this.#call("stop", [id]);
    };
    return { ...following, stop };
  }

  async close() {
    this.#followers.clear();
  }

  #call(verb, rest) {
    const id = ++this.#made;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      process.send({ log: verb, id, rest });
    });
  }

  #answer({ id, value, code }) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (code === undefined) call?.resolve(value);
    else call?.reject(new SseError(code, "The log of the parent process failed."));
  }

  #broken(id) {
    const follower = this.#followers.get(id);
    this.#followers.delete(id);
    follower?.broken(new SseError("LOG_FAILED", "The log of the parent process broke."));
  }
}
