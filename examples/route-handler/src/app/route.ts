import { page } from "../page.ts";

export function GET(): Response {
  return new Response(page, { headers: { "content-type": "text/html" } });
}
