import { matrix } from "./matrix.ts";

matrix("bun");
