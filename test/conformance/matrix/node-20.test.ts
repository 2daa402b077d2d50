import { matrix } from "./matrix.ts";

matrix("node-20");
