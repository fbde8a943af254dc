type Content = Node | string;

/**
 * A new element. Texts become text nodes, never markup; attributes are the page's own words, never a cluster's, except
 * through `title` and `aria-label`, where markup means nothing.
 */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** A button that does not send a form. */
export function button(
  attributes: Readonly<Record<string, string>>,
  onClick: () => void,
  ...content: readonly Content[]
): HTMLButtonElement {
  const made = element('button', { type: 'button', ...attributes }, ...content);
  made.addEventListener('click', onClick);
  return made;
}

/** What only those see who can look at it: its meaning stands beside it in words. */
export function decoration(...content: readonly Content[]): HTMLElement {
  return element('i', { 'aria-hidden': 'true' }, ...content);
}

/** Says whether a button that switches something is on. */
export function setPressed(target: Element, pressed: boolean): void {
  target.setAttribute('aria-pressed', String(pressed));
}

/** Writes a text only when it is another one: nothing is laid out, and nothing read out, for no reason. */
export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** @throws Error when the server's page lacks an element that main.ts asks for. */
export function requiredElement<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new Error(`the page lacks the <${type.name}> ${id}; render-page.ts makes it`);
}
