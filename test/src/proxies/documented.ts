import { readFile } from "node:fs/promises";

/** Of each proxy the page shows two configurations, in this order. */
export type Shown = "smallest" | "complete";

/** Passages of a configuration, and what stands there instead. */
export type Changes = Readonly<Record<string, string>>;

const page = new URL("../../../packages/core/PROXIES.md", import.meta.url);

/** The configuration that users read, so that what is tested is what is shown. */
export async function documented(language: string, which: Shown): Promise<string> {
  const markdown = await readFile(page, "utf8");
  const fences = [...markdown.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "gm"))];
  const [smallest, complete, ...more] = fences.map(([, text]) => text);
  if (smallest === undefined || complete === undefined || more.length > 0)
    throw new Error(`PROXIES.md must show two configurations in ${language}, not ${fences.length}.`);
  return which === "smallest" ? smallest : complete;
}

/** @throws when a passage is not there: the page has changed, and the test would not say what it says. */
export function changed(text: string, changes: Changes): string {
  return Object.entries(changes).reduce((done, [from, to]) => {
    if (!done.includes(from)) throw new Error(`PROXIES.md no longer shows "${from}".`);
    return done.replaceAll(from, () => to);
  }, text);
}
