/** A request of Node, by its headers as they came: name, value, name, value. */
interface RawHeaders {
  readonly rawHeaders: readonly string[];
}

/**
 * A request's header, from the lines as they came: `headers` is an object that Node makes when it is first read, and
 * keeps as long as the request.
 */
export function rawHeader({ rawHeaders }: RawHeaders, name: string): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const key = rawHeaders[i] ?? "";
    if (key.length !== name.length || key.toLowerCase() !== name) continue;
    found = found === undefined ? rawHeaders[i + 1] : `${found}, ${rawHeaders[i + 1]}`;
  }
  return found;
}
