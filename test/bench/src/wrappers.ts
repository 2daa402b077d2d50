import { randomUUID } from "node:crypto";
import type { RequestHandler, Response } from "express";

type Method = (this: Response, ...args: unknown[]) => unknown;

/** Has something done before a method of a response, as middleware does it: by another function in its place. */
function before(response: Response, name: "writeHead" | "end", task: () => void): void {
  const method = Reflect.get(response, name) as Method;
  Reflect.set(response, name, (...args: unknown[]) => {
    task();
    return method.apply(response, args);
  });
}

/** What session middleware does to a response: sets a cookie as the head goes out, and saves before the end. */
export const session: RequestHandler = (_request, response, next) => {
  const kept = { id: randomUUID(), saved: false };
  before(response, "writeHead", () => response.setHeader("set-cookie", `sid=${kept.id}; HttpOnly`));
  before(response, "end", () => {
    kept.saved = true;
  });
  next();
};

/** What a log of requests does: notes when the head went out, and waits for the end to write its line. */
export const requestLog: RequestHandler = (request, response, next) => {
  const began = performance.now();
  let head = 0;
  before(response, "writeHead", () => {
    head = performance.now() - began;
  });
  response.once("close", () => {
    response.locals["line"] = `${request.method} ${request.url} ${response.statusCode} ${head}`;
  });
  next();
};
