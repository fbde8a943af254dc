import type { HandlerRun, RunOutcome } from '../../../timeline/run-log.ts';
import { latestAttempts } from '../../model/runs/handler-standing.ts';
import { durationWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { decoration, element } from '../dom/element.ts';
import { createRunAgain, OUTCOME_WORDS } from './run-again.ts';

const SIGNS: Readonly<Record<RunOutcome, string>> = { completed: '✓', failed: '↻', givenUp: '×' };

type Item = {
  readonly root: HTMLElement;
  readonly attempts: HTMLElement;
  readonly again: ReturnType<typeof createRunAgain>;
  shown: string;
};

/** The handlers of an event: every attempt of each, and the way to run it once more. */
export function createHandlerList(eventId: string, csrfToken: string) {
  const root = element('ul', { class: 'handlers', 'aria-label': 'Handlers' });
  const items = new Map<string, Item>();

  function createItem(handler: string): Item {
    const attempts = element('ol');
    const again = createRunAgain(eventId, handler, csrfToken);
    const head = element('p', {}, element('b', {}, element('bdi', {}, visibleText(handler))), again.ask);
    const item = { root: element('li', {}, head, again.answer, attempts), attempts, again, shown: '' };
    root.append(item.root);
    items.set(handler, item);
    return item;
  }

  return {
    root,
    update(runs: readonly HandlerRun[]): void {
      for (const latest of latestAttempts(runs)) {
        const { handler } = latest;
        const own = runs.filter((run) => run.handler === handler).sort((a, b) => a.attempt - b.attempt);
        const item = items.get(handler) ?? createItem(handler);
        const key = JSON.stringify(own);
        if (key === item.shown) continue;
        item.shown = key;
        item.attempts.replaceChildren(...own.map(attemptLine));
        item.again.update(latest);
      }
      root.hidden = items.size === 0;
    },
  };
}

function attemptLine({ attempt, outcome, error, startedAtMs, finishedAtMs }: HandlerRun): HTMLElement {
  const line = element(
    'li',
    { class: outcome },
    decoration(SIGNS[outcome]),
    element('span', {}, `attempt ${attempt} ${OUTCOME_WORDS[outcome]}`),
    element('span', { class: 'took' }, durationWords(finishedAtMs - startedAtMs)),
  );
  if (error !== null) line.append(element('em', {}, element('bdi', {}, visibleText(error, 500))));
  return line;
}
