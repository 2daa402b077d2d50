import { expect, test } from "vitest";
import { guaranteesNow, pageOf, readmeOf } from "../conformance/matrix/guarantees.ts";
import { expectedResult, readResult } from "../conformance/matrix/result.ts";

// All of these are mended by `npm run matrix`, which runs every check in every cell.

test("the matrix was run with the checks, the frameworks and the runtimes as they are", async () => {
  expect(await readResult()).toEqual(expectedResult());
});

test("the README's table of guarantees is that of the matrix", async () => {
  expect((await guaranteesNow()).readme).toBe(await readmeOf(await readResult()));
});

test("the page of guarantees is that of the matrix", async () => {
  expect((await guaranteesNow()).page).toBe(pageOf(await readResult()));
});
