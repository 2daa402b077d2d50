/** A test that must go red when the fault is in our code. */
export interface NamedCheck {
  /** Its file, from the root of the repository. */
  readonly file: string;
  /** How its full name begins. */
  readonly name: string;
}

/** A fault that another library has shipped, and the proof that it cannot come into this one unseen. */
export interface Fault {
  readonly fault: string;
  /** Who shipped it. */
  readonly by: string;
  readonly check: NamedCheck;
  /** Plants the fault: one place in one file. */
  readonly patch: { readonly file: string; readonly find: string; readonly replace: string };
}

/** A check of the conformance suite, against one framework. */
function conformance(id: string, target = "node"): NamedCheck {
  return { file: "test/conformance/conformance.test.ts", name: `${target}, memory log ${id} ` };
}

const frame = "packages/core/src/frame.ts";

export const faults: readonly Fault[] = [
  {
    fault: "A line break in `id` forges lines on the wire",
    by: "better-sse, @fastify/sse, express-sse",
    check: conformance("REFUSE-02"),
    patch: { file: frame, find: "const ID = /^[\\x21-\\x7e]*$/;", replace: "const ID = /^/;" },
  },
  {
    fault: "A line break in `event` forges lines on the wire",
    by: "better-sse, @fastify/sse, express-sse",
    check: conformance("REFUSE-01"),
    patch: { file: frame, find: "const CONTROL = /\\p{Cc}/u;", replace: "const CONTROL = /(?!)/;" },
  },
  {
    fault: "A line break in a comment forges lines on the wire",
    by: "better-sse, @fastify/sse, express-sse",
    check: conformance("FRAME-04"),
    patch: {
      file: frame,
      find: 'lines(": ", checkedComment(comment))',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
      replace: "`: ${checkedComment(comment)}\\n`",
    },
  },
  {
    fault: "A line break in data that is passed through forges lines on the wire",
    by: "better-sse, @fastify/sse, express-sse",
    check: conformance("FRAME-02"),
    patch: { file: frame, find: '!text.includes("\\n") && !text.includes("\\r")', replace: "true" },
  },
  {
    fault: "A string given as `retry` forges lines on the wire",
    by: "hono",
    check: conformance("REFUSE-02"),
    patch: {
      file: frame,
      find: "if (Number.isSafeInteger(retry) && retry >= 0)",
      replace: "if (retry !== undefined)",
    },
  },
  {
    fault: "A message of two lines arrives as `line1,data: line2`",
    by: "crossws",
    check: conformance("FRAME-03"),
    patch: { file: frame, find: "text.replace(BREAK, `\\n", replace: "text.replace(BREAK, `," },
  },
  {
    fault: "An id that is falsy is dropped",
    by: "@fastify/sse",
    check: conformance("FRAME-06"),
    patch: {
      file: "packages/core/src/handle.ts",
      find: "if (id === undefined) return",
      replace: "if (!id) return",
    },
  },
  {
    fault: "One throwing session aborts the whole broadcast",
    by: "better-sse",
    check: {
      file: "packages/core/test/send.test.ts",
      name: "a sink that throws ends its stream, is reported, and disturbs no other",
    },
    patch: {
      file: "packages/core/src/outbox.ts",
      find: "this.#owner.onfault(cause);",
      replace: "throw cause;",
    },
  },
  {
    fault: "Stalled readers grow memory without bound (20 readers, 20 MB each: +442 MiB)",
    by: "better-sse",
    check: conformance("SLOW-01"),
    patch: {
      file: "packages/core/src/outbox.ts",
      find: "if (!sink.write(bytes)) this.#waitForRoom();",
      replace: "sink.write(bytes);",
    },
  },
  {
    fault: "A source is read on while its reader does not read",
    by: "better-sse",
    check: conformance("PIPE-08"),
    patch: {
      file: "packages/core/src/pump.ts",
      find: "if (!outlet.send(value as never)) await outlet.ready();",
      replace: "outlet.send(value as never);",
    },
  },
  {
    fault: "A POST body that is read after opening counts as a disconnect",
    by: "better-sse",
    check: conformance("HTTP-01"),
    patch: {
      file: "packages/core/src/socket-sink.ts",
      find: 'response.on("close", hear);',
      replace: 'response.req.on("close", () => this.#over());',
    },
  },
  {
    fault: "A quiet stream is cut by the server's timeout (on Bun after 10 to 20 s)",
    by: "better-sse, hono",
    check: conformance("LIFE-09"),
    patch: { file: "packages/core/src/node.ts", find: "socket.setTimeout(0);", replace: "" },
  },
  {
    fault: "A quiet stream gets no heartbeat, and what is on the way cuts it",
    by: "better-sse, hono",
    check: conformance("BEAT-01", "hono"),
    patch: {
      file: "packages/core/src/beat.ts",
      find: "heartbeat > 0 && now - outbox.wroteAt",
      replace: "heartbeat < 0 && now - outbox.wroteAt",
    },
  },
  {
    fault: "A heartbeat ends a block, which one reader takes for an empty message",
    by: "sse-starlette",
    check: conformance("BEAT-01"),
    patch: {
      file: "packages/core/src/notice.ts",
      find: 'encodeComment("", RULES)',
      replace: 'encode({ comment: "" }, RULES).body',
    },
  },
  {
    fault: "Waiting for a slow reader never settles when it leaves",
    by: "@fastify/sse",
    check: conformance("SLOW-05"),
    patch: {
      file: "packages/core/src/connection.ts",
      find: "this.#leave();\n    this.subscription?.close();\n    this.#waiters?.close();",
      replace: "this.#leave();\n    this.subscription?.close();",
    },
  },
  {
    fault: "Behind `compression()` no event ever arrives",
    by: "express-sse",
    check: conformance("WARE-03", "express"),
    patch: { file: "packages/core/src/node-sink.ts", find: "this.#flush?.();", replace: "" },
  },
  {
    fault: "A compressor is not told to leave the stream alone",
    by: "express-sse",
    check: conformance("WARE-01", "express"),
    patch: {
      file: "packages/core/src/head.ts",
      find: '"no-cache, no-transform"',
      replace: '"no-cache"',
    },
  },
  {
    fault: "Each disconnect is an error of the Koa app",
    by: "Koa with `ctx.body = stream`",
    check: conformance("LIFE-04", "koa"),
    patch: {
      file: "packages/koa/src/index.ts",
      find: "if (this.headerSent && error instanceof Error && isLeaving(error)) return;",
      replace: "",
    },
  },
  {
    fault: "One reader's events are replayed to another, since the history has no scope",
    by: "three MCP servers",
    check: conformance("TOPIC-05"),
    patch: {
      file: "packages/core/src/window.ts",
      find: "framed === undefined || !topics.has(framed.topic)",
      replace: "framed === undefined",
    },
  },
  {
    fault: "Each reader has a subscription of its own to the log behind",
    by: "Redis backplanes",
    check: {
      file: "packages/core/test/tail.test.ts",
      name: "the log is followed once, however many ask at once",
    },
    patch: {
      file: "packages/core/src/tail.ts",
      find: "this.#attempt ??= this.#follow()",
      replace: "this.#attempt = this.#follow()",
    },
  },
];
