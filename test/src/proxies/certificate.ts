import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "./installed.ts";

const request =
  "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=localhost";

/** Makes a certificate: `site.key`, and `site.pem` with the key behind it, where HAProxy looks for it. */
export async function makeCertificate(folder: string): Promise<void> {
  const [key, certificate] = [join(folder, "site.key"), join(folder, "site.pem")];
  const args = [...request.split(" "), "-keyout", key, "-out", certificate];
  await promisify(execFile)("openssl", args, { env: environment });
  await writeFile(certificate, await readFile(key), { flag: "a" });
}
