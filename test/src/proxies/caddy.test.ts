import { behind } from "./behind.ts";
import { caddy } from "./caddy.ts";

behind(caddy);
