import { matrix } from "./matrix.ts";

matrix("deno");
