// Behind middleware that wraps every response: Express with compression(), a session and a log of requests in front;
// Hono with cors() and secureHeaders(). Nobody runs a server without such.
//
// Measures processor time per delivery, one event per turn and 1,000 readers, as in `single`.
//
// Would fool it: middleware that gives way (compression() steps aside for `no-transform`: its wrapper stays, and it is
// the wrapper that sends most servers down the slow path); headers that get lost on the fast one (the fixtures' test
// looks for them).
import type { Scenario } from "../scenario.ts";
import { deliveryFigures, figuresOf } from "./deliveries.ts";

const behind = ["longwave-express-behind", "longwave-hono-behind"];

export const middleware: Scenario = {
  name: "middleware",
  title: "Behind middleware, 1,000 readers",
  about:
    "Processor time for each delivery when compression, session, log, CORS and security headers stand in front.",
  servers: ["net", "longwave-express", ...behind.slice(0, 1), "longwave-hono", ...behind.slice(1), "http"],
  limit: "net",
  figures: deliveryFigures,
  targets: [{ servers: behind, figure: "cpu", as: "ratio", most: 1.2, aim: 1 }],
  run: async (stage) => {
    await stage.warm({});
    await stage.open(stage.quick ? 500 : 1_000);
    return figuresOf(await stage.deliver({ events: stage.quick ? 200 : 400 }));
  },
};
