import { expect, test } from "vitest";
import { Reader } from "../../conformance/client/reader.ts";
import { within } from "../../conformance/client/within.ts";
import { start } from "../../conformance/fixtures/express.ts";
import { behind } from "./behind.ts";
import { nginx } from "./nginx.ts";
import { Stage } from "./stage.ts";

behind(nginx);

test("nginx would hold a stream that does not say `x-accel-buffering: no`", async (context) => {
  const proxied = "proxy_pass http://127.0.0.1:3000;";
  const changes = { [proxied]: `${proxied} proxy_ignore_headers X-Accel-Buffering;` };
  const stage = await Stage.set(context, nginx, start, "smallest", { changes });
  const name = stage.server.name();
  const opening = Reader.open(`${stage.proxy.url}/topics?topic=t&name=${name}`);
  await stage.server.told("open", name);
  await stage.server.publish("t", { data: "held" });
  await expect(within(opening, () => "a head", 1_000)).rejects.toThrow("a head");
  // Cut off, it lets go of what it held.
  await stage.server.closeHub();
  const reader = await opening;
  expect(await reader.data(1)).toEqual(["held"]);
});
