import { MemoryLog } from "@longwave/core";
import { logContract } from "./contract.ts";

logContract(
  "memory",
  async (history) => {
    const log = new MemoryLog(history);
    return { log, stop: () => log.close() };
  },
  { breaks: false },
);
