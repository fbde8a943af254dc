import { visibleLines } from '../../model/text/visible-text.ts';
import { button, element, setPressed } from '../dom/element.ts';

/** The event as it was delivered: made readable, or byte for byte; never as markup. */
export function rawEvent(body: string | null): HTMLElement {
  if (body === null)
    return element('p', { class: 'quiet' }, 'The event itself was removed by the retention.');
  const text = element('pre', { tabindex: '0', 'aria-label': 'The event as JSON' });
  const pretty = button({ 'aria-pressed': 'true' }, () => show(true), 'Pretty');
  const raw = button({ 'aria-pressed': 'false' }, () => show(false), 'Raw');
  const copy = button({ class: 'quiet' }, () => void copyRaw(), 'Copy');

  function show(readable: boolean): void {
    setPressed(pretty, readable);
    setPressed(raw, !readable);
    text.textContent = visibleLines(readable ? indent(body ?? '') : (body ?? ''));
    text.classList.toggle('wrap', !readable);
  }

  async function copyRaw(): Promise<void> {
    try {
      await navigator.clipboard.writeText(body ?? '');
      copy.textContent = 'Copied';
    } catch {
      // Plain HTTP has no clipboard: the text can still be selected.
      show(false);
      getSelection()?.selectAllChildren(text);
    }
  }

  show(true);
  const choice = element('span', { class: 'group', role: 'group', 'aria-label': 'Shown as' }, pretty, raw);
  return element('div', { class: 'raw' }, element('p', {}, choice, copy), text);
}

function indent(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
