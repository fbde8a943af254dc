import type { TimelineEntry } from '../../../timeline/timeline.ts';
import type { OpenFailure } from '../../model/rows/open-failures.ts';
import { countWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { outcomesWords, rerunOutcomes } from '../../model/words/rerun-words.ts';
import { button, element, setText } from '../dom/element.ts';
import type { AskedReruns } from './ask-in-batches.ts';

type ResultDeps = {
  entryOf(eventId: string): TimelineEntry | undefined;
  onOpen(eventId: string): void;
};

/** So many that gave up again are named. */
const MOST_NAMED = 20;

/** What became of what was asked for, kept up to date until all of it has ended: what failed, and what does not run. */
export function createRerunResult(asked: AskedReruns, { entryOf, onOpen }: ResultDeps) {
  const words = element('p', { role: 'status' });
  const failed = element('ul', { class: 'plan', 'aria-label': 'Gave up again' });
  const root = element('div', {}, words, failed, ...notRun(asked));
  const named = new Set<string>();

  function name({ eventId, handler, where }: OpenFailure): void {
    const key = `${eventId} ${handler}`;
    if (named.has(key) || named.size === MOST_NAMED) return;
    named.add(key);
    const runs = entryOf(eventId)?.runs ?? [];
    const why = runs.findLast((run) => run.handler === handler)?.error ?? '';
    const open = button({ class: 'link' }, () => onOpen(eventId), visibleText(`${handler}, ${where}`, 120));
    failed.append(element('li', {}, open, ' ', element('em', {}, element('bdi', {}, visibleText(why, 200)))));
  }

  function update(): void {
    const outcomes = rerunOutcomes(asked.queued, entryOf);
    setText(words, asked.queued.length === 0 ? 'Nothing was queued.' : `${outcomesWords(outcomes)}.`);
    outcomes.gaveUp.forEach(name);
    failed.hidden = named.size === 0;
  }

  update();
  return { root, update };
}

function notRun({ refused, unsure, left, ended }: AskedReruns): readonly Node[] {
  const lines = [
    ...[...refused].map(([why, count]) => `${countWords(count)} not run: ${visibleText(why)}`),
    ...(unsure === 0
      ? []
      : [`${countWords(unsure)} may run: there was no answer, and their attempts show on the timeline`]),
    ...(left.length === 0
      ? []
      : [`${countWords(left.length)} not asked for${ended === null ? '' : `: ${visibleText(ended)}`}`]),
    ...(left.length === 0 && ended !== null ? [visibleText(ended)] : []),
  ];
  return lines.length === 0
    ? []
    : [
        element(
          'ul',
          { class: 'plan trouble', 'aria-label': 'Not run' },
          ...lines.map((line) => element('li', {}, line)),
        ),
      ];
}
