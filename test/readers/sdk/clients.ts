import { aiChat, aiModel } from "./ai.ts";
import type { Client } from "./client.ts";
import { openai } from "./openai.ts";

/** All libraries that read an answer, in the order of the table. */
export const clients: readonly Client[] = [openai, aiModel, aiChat];
