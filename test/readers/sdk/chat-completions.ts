import type { Protocol } from "./client.ts";

function chunk(delta: object, finish_reason: string | null = null): object {
  const choices = [{ index: 0, delta, finish_reason }];
  return { id: "answer", object: "chat.completion.chunk", created: 1_700_000_000, model: "stage", choices };
}

/** The events of OpenAI's chat completions. */
export const chatCompletions: Protocol = {
  begin: [{ data: chunk({ role: "assistant", content: "" }) }],
  piece: (content) => ({ data: chunk({ content }) }),
  error: (message) => ({ data: { error: { message, type: "server_error", param: null, code: null } } }),
  end: [{ data: chunk({}, "stop") }, { data: "[DONE]" }],
};
