import { Hub, MemoryLog, SseError } from "@longwave/core";
import { sse as fetchSse } from "@longwave/core/fetch";
import { sse as nodeSse } from "@longwave/core/node";
import { sse as expressSse } from "@longwave/express";
import { sse as honoSse } from "@longwave/hono";
import { sse as koaSse } from "@longwave/koa";

const hub = new Hub();

for (const sse of [expressSse, koaSse, honoSse, nodeSse, fetchSse]) {
  sse();
  sse({ heartbeat: false, stallTimeout: 1_000, whenFull: "drop", log: new MemoryLog({ events: 10 }) });
  sse({ hub });
}

// @ts-expect-error TS2561: a typing mistake in an option is told
new Hub({ heartbaet: 1_000 });

// @ts-expect-error TS2322: a heartbeat is off by `false`, not on by `true`
new Hub({ heartbeat: true });

// @ts-expect-error TS2322: a reader's outbox that is full is closed, or drops
new Hub({ whenFull: "wait" });

// @ts-expect-error TS2561: the bounds of the history have names of their own
new Hub({ history: { maxEvents: 7 } });

// @ts-expect-error TS2353: a shared hub has its options already
expressSse({ hub, heartbeat: 1_000 });

// @ts-expect-error TS2353: a shared hub has its options already
koaSse({ hub, heartbeat: 1_000 });

// @ts-expect-error TS2353: a shared hub has its options already
honoSse({ hub, heartbeat: 1_000 });

// @ts-expect-error TS2345: the set of codes is closed
new SseError("NO_SUCH_CODE", "text");
