import type { HubOptions } from "@longwave/core";
import type { TestContext } from "vitest";
import { App } from "../../conformance/client/app.ts";
import type { Start } from "../../conformance/fixtures/fixture.ts";
import type { Changes, Shown } from "./documented.ts";
import type { Driver } from "./driver.ts";
import { Followers } from "./followers.ts";
import { demand } from "./installed.ts";
import { RunningProxy } from "./running.ts";
import { Session } from "./session.ts";

/** What a test may have set up before it. */
interface Wish {
  readonly hub?: HubOptions;
  readonly changes?: Changes;
}

/** One server and one proxy before it, for one test, which ends them. */
export class Stage {
  /** The demo app without the proxy: for what is to happen on the server. */
  readonly server: App;
  readonly proxy: RunningProxy;
  readonly #context: TestContext;
  readonly #start: Start;

  private constructor(context: TestContext, start: Start, server: App, proxy: RunningProxy) {
    this.#context = context;
    this.#start = start;
    this.server = server;
    this.proxy = proxy;
  }

  static async set(
    context: TestContext,
    driver: Driver,
    start: Start,
    which: Shown,
    { hub = {}, changes = {} }: Wish = {},
  ): Promise<Stage> {
    await demand(context, driver);
    const server = await serve(context, start, hub);
    const proxy = await RunningProxy.start(driver, { which, upstream: server.url, changes });
    context.onTestFinished(() => proxy.stop());
    return new Stage(context, start, server, proxy);
  }

  /** The demo app through the proxy. */
  app(): App {
    const app = new App(this.proxy);
    this.#context.onTestFinished(() => app.leave());
    return app;
  }

  /** One connection of HTTP/2 to the proxy. */
  async session(): Promise<Session> {
    const session = await Session.to(this.proxy.url);
    this.#context.onTestFinished(() => session.close());
    return session;
  }

  /** EventSources on a topic, each with its stream. */
  async followers(topic: string, count: number): Promise<Followers> {
    const followers = new Followers(`${this.proxy.url}/topics?topic=${topic}`, count);
    this.#context.onTestFinished(() => followers.close());
    await followers.opened(1);
    return followers;
  }

  /** Another server, which the proxy does not know. */
  another(hub: HubOptions): Promise<App> {
    return serve(this.#context, this.#start, hub);
  }
}

async function serve(context: TestContext, start: Start, hub: HubOptions): Promise<App> {
  const fixture = await start({ hub });
  context.onTestFinished(() => fixture.kill());
  return new App(fixture);
}
