/** The element with that id; a page without it is a broken build. */
export function element<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no <${type.name}> with id "${id}".`);
  return found;
}

/** A new element with text; text is never taken as HTML. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, text = '', attributes: Readonly<Record<string, string>> = {}): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
