import type { PageFilter } from '../../model/address/page-address.ts';
import type { LoadedHistory } from '../../model/loaded-history.ts';
import type { OpenFailures } from '../../model/rows/open-failures.ts';
import { countedWords } from '../../model/text/number-words.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import type { MomentFormat } from '../../model/time/moment-format.ts';
import { askedWords, countHandlers } from '../../model/words/rerun-words.ts';
import { chipsOf } from '../bars/filter-chips.ts';
import { element } from '../dom/element.ts';

/** What is to be run again, and by which view it was chosen. */
export type RerunSelection = OpenFailures & {
  readonly filter: PageFilter;
  readonly loaded: LoadedHistory;
};

/** What would run, before anything does: how many, which handlers, of when, and what is not among them. */
export function rerunQuestion(
  { failures, asked, filter, loaded }: RerunSelection,
  format: MomentFormat,
): readonly Node[] {
  const handlers = countHandlers(failures).map(([handler, count]) =>
    element(
      'li',
      {},
      element('b', {}, element('bdi', {}, visibleText(handler, 64))),
      ` for ${countedWords(count, 'event')}`,
    ),
  );
  const moment = (ms: number) => `${format.day(ms)} ${format.time(ms)}`;
  const [first, last] = [failures[0]?.occurredAtMs ?? 0, failures.at(-1)?.occurredAtMs ?? 0];
  const from = first === last ? moment(first) : `${moment(first)} to ${moment(last)}`;
  const chips = chipsOf(filter).map(({ words }) => words);
  const older =
    loaded.state === 'complete'
      ? ''
      : ` Only what is loaded is among them, since ${moment(loaded.fromMs)}; “offhook handlers rerun” knows all.`;
  return [
    element('p', {}, 'These gave up and have not succeeded since:'),
    element('ul', { class: 'plan' }, ...handlers),
    element(
      'p',
      {},
      `Events of ${from}, `,
      element('bdi', {}, chips.length === 0 ? 'no filter is set' : chips.join(', ')),
      `.${older}`,
    ),
    ...(asked === 0 ? [] : [element('p', {}, askedWords(asked))]),
    element(
      'p',
      { class: 'quiet' },
      'Each starts from its first try; other handlers do not run. That you asked is a record of the audit trail.',
    ),
  ];
}
