// Loaded before a snippet of a README: its servers listen on a free port of this machine instead of theirs, and tell
// the parent process which.
import { Server } from "node:net";

const { listen } = Server.prototype;

Server.prototype.listen = function (...args) {
  const callback = args.findLast((arg) => typeof arg === "function");
  this.once("listening", () => process.send?.({ port: this.address().port }));
  return listen.call(this, { port: 0, host: "127.0.0.1" }, callback);
};
