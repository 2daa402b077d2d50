import { installRuntimes } from "../../conformance/runtimes.ts";

/** Before the projects whose tests run on other runtimes. */
export const setup = installRuntimes;
