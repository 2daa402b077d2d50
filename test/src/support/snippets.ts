/**
 * The code in a README, and what the tests are to do with it. A snippet is a fence marked `ts` or `js`. What a reader
 * need not see stands in HTML comments:
 *
 * - `<!-- test: get /prices, post /orders -->` right before a snippet: once its server listens, these are asked for,
 *   and each answer must be a success. An event stream must send bytes.
 * - `<!-- test: with app -->` right before it: it runs inside the context named `app` of the same file.
 * - `<!-- test: compile only: runs in a browser -->` right before it: it is not run, and why.
 * - `<!-- test: context app` … `-->` anywhere: code in which snippets run. They stand where it says `// …`, or at its
 *   end.
 *
 * A comment may say several, with commas: `<!-- test: with app, get /prices -->`.
 */
export interface Snippet {
  /** As in `packages/koa/README.md:12`: where its code begins. */
  readonly where: string;
  readonly language: "ts" | "js";
  /** The context with the snippet in it. */
  readonly code: string;
  /** What to add to a line of `code` to have the line of the file. Only lines of the snippet itself come out right. */
  readonly offset: number;
  readonly requests: readonly { readonly method: string; readonly path: string }[];
  /** Why it is not run. */
  readonly compileOnly: string | undefined;
}

interface Directive {
  readonly context: string | undefined;
  readonly requests: Snippet["requests"];
  readonly compileOnly: string | undefined;
}

const placeholder = /^[ \t]*\/\/ …[ \t]*$/m;

function parseDirective(text: string, where: string): Directive {
  let context: string | undefined;
  let compileOnly: string | undefined;
  const requests: { method: string; path: string }[] = [];
  for (const part of text.split(",").map((one) => one.trim())) {
    const [, method, path] = /^(get|post|put|delete|head)\s+(\/\S*)$/.exec(part) ?? [];
    const [, name] = /^with\s+(\S+)$/.exec(part) ?? [];
    const [, reason] = /^compile only:\s*(.+)$/.exec(part) ?? [];
    if (method !== undefined && path !== undefined) requests.push({ method: method.toUpperCase(), path });
    else if (name !== undefined) context = name;
    else if (reason !== undefined) compileOnly = reason;
    else throw new Error(`${where}: no such directive: ${part}`);
  }
  return { context, requests, compileOnly };
}

/** All snippets of one Markdown file. */
export function snippetsOf(file: string, markdown: string): Snippet[] {
  const contexts = new Map<string, string>();
  for (const [, name = "", code = ""] of markdown.matchAll(/^<!-- test: context (\S+)\n([\s\S]*?)^-->/gm))
    contexts.set(name, code);
  const fence = /(?:^<!-- test: ([^\n]*?) -->\n\s*)?^```(ts|js)\b[^\n]*\n([\s\S]*?)^```$/gm;
  return [...markdown.matchAll(fence)].map((match) => {
    const [all, directive, language, shown = ""] = match;
    const begin = match.index + all.length - shown.length - "```".length;
    const line = markdown.slice(0, begin).split("\n").length;
    const where = `${file}:${line}`;
    const { context, requests, compileOnly } =
      directive === undefined
        ? { context: undefined, requests: [], compileOnly: undefined }
        : parseDirective(directive, where);
    const around = context === undefined ? "// …" : contexts.get(context);
    if (around === undefined) throw new Error(`${where}: there is no context ${context} in this file`);
    const whole = placeholder.test(around) ? around : `${around}// …\n`;
    const before = whole.slice(0, placeholder.exec(whole)?.index ?? 0);
    return {
      where,
      language: language === "js" ? "js" : "ts",
      code: whole.replace(placeholder, () => shown),
      offset: line - before.split("\n").length,
      requests,
      compileOnly,
    };
  });
}
