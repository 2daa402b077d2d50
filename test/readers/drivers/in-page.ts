import type { Sign } from "../heard.ts";
import type { Reader } from "../reader.ts";

/**
 * A reader that runs in Chromium, on a page of the server it reads from: `page/<file>.mjs` is what an application does.
 * With `plain`, what it does that has not read the notes.
 */
export function inPage(file: string, name: string, pack?: string, plain = false): Reader {
  return {
    name,
    ...(pack === undefined ? {} : { package: pack }),
    runsIn: "Chromium",
    async open({ origin, browser }, path, heard) {
      const page = await (await browser()).newPage();
      await page.goto(`${origin}/page`);
      await page.exposeFunction("heard", (sign: Sign) => heard(sign));
      // As a text: the tests' own compiler would rewrite an import within a function.
      await page.evaluate(`import("/page/${file}.mjs").then(({ open }) => open("${path}", heard, ${plain}))`);
      return () => page.close();
    },
  };
}
