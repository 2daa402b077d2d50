// A thousand readers come back at once and resume a thousand events each: a deploy, a proxy that restarted.
//
// Measures the bytes that the server brings out in a second of its processor time, as a share of what it brings out of
// large live events in the same process; and how often an event is encoded for it. Connecting costs more than the
// thousand events: what as many readers cost that resume nothing is told, and taken off.
//
// The limit writes the thousand events to each in one piece: what fresh connections take is not what warm ones do.
//
// Would fool it: a difference of two measurements, which is noisier than either (both are made several times, in turn,
// for the medians); readers that come one after the other (200 connect at a time, and share what was read); events that
// were never kept (each reader counts its thousand, in order); code that is made anew (see `churn`).
import type { Scenario } from "../scenario.ts";
import { adapters, ours } from "../servers.ts";
import { median } from "../statistics.ts";
import { LARGE } from "./large.ts";

/** How often both are measured in a round. */
const TIMES = 8;

export const replay: Scenario = {
  name: "replay",
  title: "1,000 readers resume 1,000 events each",
  about:
    "Processor time for each event resumed, connecting taken off; and bytes per CPU second, against those of live 16 kB events.",
  servers: ["net", ...ours],
  limit: "net",
  figures: [
    { key: "cpu", label: "CPU per event resumed", unit: "µs" },
    { key: "share", label: "bytes per CPU second, to those of large", unit: "×" },
    { key: "connect", label: "CPU per connect", unit: "µs" },
    { key: "bytes", label: "brought out", unit: "MB per CPU second" },
    { key: "encodes", label: "encodes per event", unit: "" },
    { key: "lost", label: "lost", unit: "" },
    { key: "disorder", label: "out of order", unit: "" },
  ],
  targets: [
    { servers: adapters, figure: "share", as: "value", least: 1 },
    { servers: adapters, figure: "encodes", as: "value", most: 1 },
    { servers: adapters, figure: "lost", as: "value", most: 0 },
  ],
  run: async (stage) => {
    const readers = stage.quick ? 500 : 1_000;
    const events = 1_000;
    const publish = () => stage.server.ask("publish", { events, perTurn: 20, bytes: 100, gap: 0 });
    const resume = async (count: number) => {
      const lastEventId = await stage.server.ask<string>("cursor");
      const encoded = await stage.server.ask<number>("encodes");
      await publish();
      const before = await stage.server.cpu();
      await stage.open(count, { lastEventId, wanted: events });
      const result = await stage.result();
      const cpu = (await stage.server.cpu()) - before;
      const encodes = ((await stage.server.ask<number>("encodes")) - encoded) / events;
      await stage.leave();
      await stage.settle();
      return { ...result, cpu, encodes };
    };
    const connect = async (count: number) => {
      // As before a resume: what publishing leaves for the collector is collected while readers connect.
      await publish();
      const before = await stage.server.cpu();
      await stage.open(count);
      const cpu = (await stage.server.cpu()) - before;
      await stage.leave();
      await stage.settle();
      return cpu;
    };
    await resume(100);
    await stage.hold();
    // What comes and goes is dear until its code was made.
    await stage.load("churn", { count: stage.quick ? 1_000 : 10_000 });
    await resume(readers);
    await connect(readers);
    const resumed: Awaited<ReturnType<typeof resume>>[] = [];
    const connected: number[] = [];
    for (let time = 0; time < TIMES; time++) {
      resumed.push(await resume(readers));
      connected.push(await connect(readers));
    }
    const total = (figure: "lost" | "disorder") => resumed.reduce((sum, one) => sum + one[figure], 0);
    const connecting = median(connected);
    const cpu = median(resumed.map((one) => one.cpu)) - connecting;
    const bytes = median(resumed.map((one) => one.bytes)) / cpu;
    await stage.warm({ bytes: LARGE.bytes });
    await stage.open(LARGE.readers);
    const live = await stage.deliver({ events: stage.quick ? 100 : LARGE.events, bytes: LARGE.bytes });
    return {
      share: bytes / (live.bytes / live.cpu),
      cpu: cpu / (readers * events),
      connect: connecting / readers,
      bytes,
      encodes: Math.max(...resumed.map((one) => one.encodes)),
      lost: total("lost"),
      disorder: total("disorder"),
    };
  },
};
