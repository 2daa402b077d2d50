import { createOpenAI } from "@ai-sdk/openai";
import { DefaultChatTransport, readUIMessageStream, streamText, type UIMessage } from "ai";
import { chatCompletions } from "./chat-completions.ts";
import type { Client, Protocol } from "./client.ts";

/** A server that calls a model behind another server. */
export const aiModel: Client = {
  name: "ai, `streamText`",
  package: "ai",
  path: "/v1/chat/completions",
  protocol: chatCompletions,
  async *read(origin, signal) {
    const model = createOpenAI({ baseURL: `${origin}/v1`, apiKey: "none" }).chat("stage");
    // Else it prints each error.
    const { fullStream } = streamText({ model, prompt: "?", abortSignal: signal, onError: () => {} });
    for await (const part of fullStream) {
      if (part.type === "text-delta") yield part.text;
      // What the server has said, as it is.
      else if (part.type === "error") throw part.error;
    }
  },
};

const id = "text";

/** The UI message stream, which `useChat` reads. */
const uiMessages: Protocol = {
  begin: [{ data: { type: "start", messageId: "answer" } }, { data: { type: "text-start", id } }],
  piece: (delta) => ({ data: { type: "text-delta", id, delta } }),
  error: (errorText) => ({ data: { type: "error", errorText } }),
  end: [{ data: { type: "text-end", id } }, { data: { type: "finish" } }, { data: "[DONE]" }],
};

/** What `useChat` has below it. */
export const aiChat: Client = {
  name: "ai, `useChat`",
  package: "ai",
  path: "/api/chat",
  protocol: uiMessages,
  async *read(origin, signal) {
    const question: UIMessage = { id: "question", role: "user", parts: [{ type: "text", text: "?" }] };
    const stream = await new DefaultChatTransport({ api: `${origin}/api/chat` }).sendMessages({
      trigger: "submit-message",
      chatId: "chat",
      messageId: undefined,
      messages: [question],
      abortSignal: signal,
    });
    let had = 0;
    for await (const { parts } of readUIMessageStream({ stream, terminateOnError: true })) {
      // Each time the whole message so far.
      const text = parts.map((part) => (part.type === "text" ? part.text : "")).join("");
      if (text.length > had) yield text.slice(had);
      had = text.length;
    }
  },
};
