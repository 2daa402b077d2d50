import type { Reporter, TestModule } from "vitest/node";

/** Prints "N passed, N failed[, N skipped]" alone on the last line, summed over all projects of the run. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    let passed = 0;
    let failed = errors.length;
    let skipped = 0;
    for (const module of modules) {
      if (module.errors().length > 0) failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else skipped++;
      }
    }
    process.once("exit", (code) => {
      // What ends a run before its tests, such as a build that fails, is in no list.
      if (code !== 0 && failed === 0) failed = 1;
      console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
    });
  }
}
