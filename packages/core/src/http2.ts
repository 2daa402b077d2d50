import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";

/** Whether a response of Node is one of HTTP/2, by what it has: this loads where there is no `node:http2`. */
export function isHttp2(response: ServerResponse | Http2ServerResponse): response is Http2ServerResponse {
  return "stream" in response;
}
