/** Colors of the style sheet, read once for each scheme: asking for them costs a layout. */
const known = new Map<string, string>();
const scheme = matchMedia("(prefers-color-scheme: dark)");

export function color(name: string): string {
  let value = known.get(name);
  if (value === undefined) {
    value = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
    known.set(name, value);
  }
  return value;
}

export function onScheme(changed: () => void): void {
  scheme.addEventListener("change", () => {
    known.clear();
    changed();
  });
}
