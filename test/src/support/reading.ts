import { createParser } from "eventsource-parser";
import type { Response } from "supertest";

/** What Supertest hands its parsers is a Node stream, whatever its types say. */
interface Body {
  setEncoding(encoding: "utf8"): void;
  on(event: "data", listener: (text: string) => void): void;
  on(event: "end", listener: () => void): void;
  destroy(): void;
}

/**
 * For Supertest, as in `request(app).get("/").buffer(true).parse(reading(2))`: reads so many events of a stream, which
 * need not end, and leaves. The body of the response is their names and data.
 */
export function reading(count: number) {
  return (response: Response, done: (error: Error | null, body: readonly string[]) => void): void => {
    const body = response as unknown as Body;
    const got: string[] = [];
    let over = false;
    const finish = () => {
      if (over) return;
      over = true;
      done(null, got);
    };
    const parser = createParser({
      onEvent({ event = "message", data }) {
        if (got.length < count) got.push(data === "" ? event : `${event} ${data}`);
      },
    });
    body.setEncoding("utf8");
    body.on("data", (text) => {
      parser.feed(text);
      if (got.length < count) return;
      finish();
      // After the answer: a request that is aborted before is an error to Supertest.
      body.destroy();
    });
    body.on("end", finish);
  };
}
