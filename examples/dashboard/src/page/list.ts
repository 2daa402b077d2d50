/** The newest lines first, and no more than a bound. */
export class List {
  readonly #element: HTMLElement;
  readonly #most: number;

  constructor(element: HTMLElement, most: number) {
    this.#element = element;
    this.#most = most;
  }

  /** Adds a line of texts, each in an element of the class named before it. Never HTML: the texts are anybody's. */
  add(kind: string, parts: readonly (readonly [className: string, text: string])[]): void {
    const line = document.createElement("li");
    line.dataset["kind"] = kind;
    for (const [className, text] of parts) {
      const part = document.createElement("span");
      part.className = className;
      part.textContent = text;
      part.title = className === "path" ? text : "";
      line.append(part);
    }
    this.#element.prepend(line);
    while (this.#element.children.length > this.#most) this.#element.lastElementChild?.remove();
  }
}
