import type { HandlerRun, RunOutcome } from '../../../timeline/run-log.ts';
import { latestAttempts } from '../../model/runs/handler-standing.ts';
import { durationWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { decoration, element } from '../dom/element.ts';
import { createRunAgain } from './run-again.ts';

const SIGNS: Readonly<Record<RunOutcome, readonly [sign: string, words: string]>> = {
  completed: ['✓', 'completed'],
  failed: ['↻', 'failed'],
  givenUp: ['×', 'given up'],
};

type Item = { readonly root: HTMLElement; readonly attempts: HTMLElement; shown: string };

/** The handlers of an event: every attempt of each, and the way to run it once more. */
export function createHandlerList(eventId: string, csrfToken: string) {
  const root = element('ul', { class: 'handlers', 'aria-label': 'Handlers' });
  const items = new Map<string, Item>();

  function createItem(handler: string): Item {
    const attempts = element('ol');
    const again = createRunAgain(eventId, handler, csrfToken);
    const head = element('p', {}, element('b', {}, element('bdi', {}, visibleText(handler))), again.ask);
    const item = { root: element('li', {}, head, again.answer, attempts), attempts, shown: '' };
    root.append(item.root);
    items.set(handler, item);
    return item;
  }

  return {
    root,
    update(runs: readonly HandlerRun[]): void {
      for (const { handler } of latestAttempts(runs)) {
        const own = runs.filter((run) => run.handler === handler).sort((a, b) => a.attempt - b.attempt);
        const item = items.get(handler) ?? createItem(handler);
        const key = JSON.stringify(own);
        if (key === item.shown) continue;
        item.shown = key;
        item.attempts.replaceChildren(...own.map(attemptLine));
      }
      root.hidden = items.size === 0;
    },
  };
}

function attemptLine({ attempt, outcome, error, startedAtMs, finishedAtMs }: HandlerRun): HTMLElement {
  const [sign, words] = SIGNS[outcome];
  const line = element(
    'li',
    { class: outcome },
    decoration(sign),
    element('span', {}, `attempt ${attempt} ${words}`),
    element('span', { class: 'took' }, durationWords(finishedAtMs - startedAtMs)),
  );
  if (error !== null) line.append(element('em', {}, element('bdi', {}, visibleText(error, 500))));
  return line;
}
