import { behind } from "./behind.ts";
import { haproxy } from "./haproxy.ts";

behind(haproxy);
