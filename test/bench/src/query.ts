/** The path of a request's target. */
export function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

const ALL: readonly string[] = ["all"];

/** The topics that a request names, or `all`. */
export function topicsOf(url: string): readonly string[] {
  const query = url.indexOf("?");
  return query === -1 ? ALL : new URLSearchParams(url.slice(query)).getAll("topic");
}
