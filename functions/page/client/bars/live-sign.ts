import { element, setText } from '../dom/element.ts';
import type { LiveState } from '../feed/live-feed.ts';

/** Says how the stream stands; the words are read out when they change. */
export function createLiveSign(target: HTMLElement) {
  const words = element('span');
  target.replaceChildren(words);
  return function show(state: LiveState): void {
    target.dataset.state = state.kind;
    setText(words, wordsFor(state));
    target.title = wordsFor(state);
  };
}

function wordsFor(state: LiveState): string {
  switch (state.kind) {
    case 'connecting':
      return 'connecting';
    case 'live':
      return 'live';
    case 'reconnecting':
      return 'reconnecting';
    case 'sleeping':
      return 'paused while hidden';
    case 'stopped':
      return state.why === 'access'
        ? 'stopped: open the page with its token again'
        : 'stopped: reload the page';
  }
}
