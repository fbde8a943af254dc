import type { FirstView } from '../../model/page-api.ts';

/** The data the server put into the page; null on a page that shows none (access denied). */
export function readEmbeddedView(): FirstView | null {
  const text = document.getElementById('first-view')?.textContent;
  return text ? (JSON.parse(text) as FirstView) : null;
}
