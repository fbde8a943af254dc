import type { HandlerRerun } from '../../../timeline/rerun-log.ts';
import type { RunOutcome } from '../../../timeline/run-log.ts';
import type { TimelineEntry, TimelineRun } from '../../../timeline/timeline.ts';
import { latestAttempts } from '../../model/runs/handler-standing.ts';
import { durationWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { askerWords } from '../../model/words/rerun-words.ts';
import { decoration, element } from '../dom/element.ts';
import { resultLines } from './result-lines.ts';
import { createRunAgain, OUTCOME_WORDS } from './run-again.ts';

const SIGNS: Readonly<Record<RunOutcome, string>> = { completed: '✓', failed: '↻', givenUp: '×' };

type Item = {
  readonly root: HTMLElement;
  readonly attempts: HTMLElement;
  readonly again: ReturnType<typeof createRunAgain>;
  shown: string;
};

/** The handlers of an event: every attempt of each, what it returned, who asked for another, and the way to run it once more. */
export function createHandlerList(
  eventId: string,
  { csrfToken, format }: { readonly csrfToken: string; readonly format: MomentFormat },
) {
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
    update({ runs, reruns = [] }: Pick<TimelineEntry, 'runs' | 'reruns'>): void {
      for (const latest of latestAttempts(runs)) {
        const { handler } = latest;
        const own = runs.filter((run) => run.handler === handler);
        const asked = reruns.filter((rerun) => rerun.handler === handler);
        const item = items.get(handler) ?? createItem(handler);
        const key = JSON.stringify([own, asked]);
        if (key === item.shown) continue;
        item.shown = key;
        item.attempts.replaceChildren(...historyLines(own, asked, format));
        item.again.update(latest);
      }
      root.hidden = items.size === 0;
    },
  };
}

/** Attempts in their order, and between them who asked for the next. */
function historyLines(
  runs: readonly TimelineRun[],
  reruns: readonly HandlerRerun[],
  format: MomentFormat,
): readonly HTMLElement[] {
  const lines = [
    ...runs.map((run) => ({ attempt: run.attempt, atMs: 0, line: attemptLine(run) })),
    ...reruns.map((rerun) => ({
      ...{ attempt: rerun.afterAttempt, atMs: rerun.recordedAtMs },
      line: rerunLine(rerun, format),
    })),
  ];
  return lines.sort((a, b) => a.attempt - b.attempt || a.atMs - b.atMs).map(({ line }) => line);
}

function rerunLine(rerun: HandlerRerun, format: MomentFormat): HTMLElement {
  const when = element('time', { class: 'took' }, format.time(rerun.recordedAtMs));
  when.dateTime = new Date(rerun.recordedAtMs).toISOString();
  when.title = format.full(rerun.recordedAtMs);
  const who = element('bdi', {}, askerWords(rerun));
  return element(
    'li',
    { class: 'asked' },
    decoration('↺'),
    element('span', {}, 'asked for again by ', who),
    when,
  );
}

function attemptLine(run: TimelineRun): HTMLElement {
  const { attempt, outcome, error, startedAtMs, finishedAtMs } = run;
  const line = element(
    'li',
    { class: outcome },
    decoration(SIGNS[outcome]),
    element('span', {}, `attempt ${attempt} ${OUTCOME_WORDS[outcome]}`),
    element('span', { class: 'took' }, durationWords(finishedAtMs - startedAtMs)),
  );
  if (error !== null) line.append(element('em', {}, element('bdi', {}, visibleText(error, 500))));
  line.append(...resultLines(run));
  return line;
}
