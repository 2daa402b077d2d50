import { fileURLToPath } from "node:url";
import express, { type Express } from "express";
import { root } from "../src/support/run.ts";

const PACKAGES = {
  "@microsoft/fetch-event-source": "lib/esm/index.js",
  "event-source-polyfill": "src/eventsource.js",
  "htmx-ext-sse": "dist/sse.esm.js",
  "htmx.org": "dist/htmx.esm.js",
  "sse.js": "lib/sse.js",
};

const imports = Object.fromEntries(
  Object.entries(PACKAGES).map(([name, file]) => [name, `/packages/${name}/${file}`]),
);

const html = `<!doctype html><title>reader</title><script type="importmap">${JSON.stringify({ imports })}</script>`;

/** The page on which browsers' readers run, with the packages as they are published. */
export function servePage(app: Express): void {
  app.get("/page", (_request, response) => {
    response.type("html").send(html);
  });
  app.get("/favicon.ico", (_request, response) => {
    response.status(204).end();
  });
  app.use("/page", express.static(fileURLToPath(new URL("page", import.meta.url))));
  for (const name of Object.keys(PACKAGES)) {
    // One of them imports its own files without their extensions, as bundlers understand.
    app.use(`/packages/${name}`, express.static(`${root}node_modules/${name}`, { extensions: ["js"] }));
  }
}
