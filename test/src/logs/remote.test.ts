import { logContract } from "./contract.ts";
import { startRemoteLog } from "./remote-log.ts";

logContract("remote", (history) => startRemoteLog({ history }));
