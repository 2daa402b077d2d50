import assert from "node:assert/strict";
import { DefaultChatTransport, readUIMessageStream } from "ai";
import { describe, expect, test } from "vitest";
import { inPage } from "./drivers/in-page.ts";
import { play } from "./play.ts";
import type { Scene } from "./scenario.ts";
import { aiChat } from "./sdk/ai.ts";
import { Stage } from "./stage.ts";

// What the notes say of those who do otherwise: should one of them change, the note is to go.

function isOver({ heard }: Scene): Promise<true> {
  return heard.until(() => (heard.over ? true : undefined), "that it is over");
}

describe.concurrent("without what the notes advise", () => {
  test("fetch-event-source does not come back after an end", (context) =>
    playPlain("fetch-event-source", context, async (scene) => {
      const { stage, heard, open } = scene;
      await open("/events");
      await stage.say("one", { retry: 20 });
      await heard.message("one");
      stage.end();
      await isOver(scene);
      assert.equal(stage.visits.length, 1);
    }));

  test("fetch-event-source asks again after a 204", (context) =>
    playPlain("fetch-event-source", context, async ({ stage, open }) => {
      await open("/answer?lastEventId=~end");
      await stage.visited((visits) => visits.filter((visit) => visit.status() === 204).length > 1);
    }));

  test("htmx asks anew after a 204, and the source runs again", (context) =>
    playPlain("htmx", context, async ({ stage, open }) => {
      await open("/answer");
      await stage.visited(() => stage.runs > 1);
      assert.equal(stage.visits.at(-1)?.cursor, undefined);
    }));

  test("sse.js does not come back after a cut", (context) =>
    playPlain("sse-js", context, async (scene) => {
      const { stage, heard, open } = scene;
      await open("/events");
      await stage.say("one", { retry: 20 });
      await heard.message("one");
      stage.cut();
      await isOver(scene);
      assert.equal(stage.visits.length, 1);
    }));

  async function playPlain(
    file: string,
    context: Parameters<typeof play>[2],
    run: (scene: Scene) => Promise<void>,
  ): Promise<void> {
    const reader = inPage(file, file, file, true);
    const asNoted = async (scene: Scene) => {
      await run(scene);
      return "as noted";
    };
    expect(await play(reader, { run: asNoted }, context)).toBe("as noted");
  }
});

describe("`useChat` takes every event for a part", () => {
  const byPost = (url: string | URL | Request) => fetch(url, { method: "POST" });

  test.each([
    ["the `end` of a `pipe` on GET", "chat", fetch, "AI_JSONParseError"],
    ["the `checkpoint` of `subscribe`", "topic", fetch, "AI_JSONParseError"],
    ["but a `pipe` on POST has no event of ours", "chat", byPost, "ended"],
  ])("%s", async (_what, api, ask, how) => {
    const stage = await Stage.open();
    try {
      const { begin, end } = aiChat.protocol;
      for (const event of [...begin, ...end]) stage.feed.push(event);
      stage.feed.end();
      const transport = new DefaultChatTransport({ api: `${stage.origin}/api/${api}`, fetch: ask });
      const stream = await transport.reconnectToStream({ chatId: "1" });
      assert.ok(stream !== null);
      expect(await endOf(readUIMessageStream({ stream, terminateOnError: true }))).toBe(how);
    } finally {
      await stage.close();
    }
  });

  async function endOf(messages: AsyncIterable<unknown>): Promise<string> {
    try {
      for await (const _message of messages);
      return "ended";
    } catch (error) {
      return error instanceof Error ? error.name : "";
    }
  }
});
