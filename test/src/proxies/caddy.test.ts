import { expect, test } from "vitest";
import { within } from "../../conformance/client/within.ts";
import { start } from "../../conformance/fixtures/express.ts";
import { behind } from "./behind.ts";
import { caddy } from "./caddy.ts";
import { documented } from "./documented.ts";
import { Stage } from "./stage.ts";

behind(caddy);

test("`encode gzip` alone would hold a stream that begins with a large event", async (context) => {
  const [encode = ""] =
    /^ {2}encode \{[\s\S]*?^ {2}\}$/m.exec(await documented("caddyfile", "complete")) ?? [];
  const changes = { [encode]: "  encode gzip" };
  const stage = await Stage.set(context, caddy, start, "complete", { changes, hub: { heartbeat: false } });
  const session = await stage.session();
  const name = stage.server.name();
  const large = encodeURIComponent(JSON.stringify([{ data: "x".repeat(2_000) }]));
  const reader = await session.open(`/send?name=${name}&events=${large}`);
  await expect(within(reader.data(1), () => "an event", 1_000)).rejects.toThrow("an event");
  // What it has held comes with the end.
  await stage.server.end(name);
  expect((await reader.data(1)).length).toBe(1);
});
