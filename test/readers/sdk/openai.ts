import OpenAI from "openai";
import { chatCompletions } from "./chat-completions.ts";
import type { Client } from "./client.ts";

export const openai: Client = {
  name: "openai",
  package: "openai",
  path: "/v1/chat/completions",
  protocol: chatCompletions,
  async *read(origin, signal) {
    const client = new OpenAI({ baseURL: `${origin}/v1`, apiKey: "none" });
    const stream = await client.chat.completions.create(
      { model: "stage", messages: [{ role: "user", content: "?" }], stream: true },
      { signal },
    );
    for await (const { choices } of stream) {
      const text = choices[0]?.delta.content;
      if (text) yield text;
    }
  },
};
