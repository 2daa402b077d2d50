/** The path of a request's target. */
export function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

/** The topics that a request names, or `all`. */
export function topicsOf(url: string): string[] {
  const query = url.indexOf("?");
  return query === -1 ? ["all"] : new URLSearchParams(url.slice(query)).getAll("topic");
}
