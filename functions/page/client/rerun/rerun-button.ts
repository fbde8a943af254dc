import { NO_FAILURES, type OpenFailures } from '../../model/rows/open-failures.ts';
import { rerunAllWords } from '../../model/words/rerun-words.ts';
import { button, setText } from '../dom/element.ts';

/** "Run again all N shown", where any are. */
export function createRerunButton(onPress: (shown: OpenFailures) => void) {
  let shown = NO_FAILURES;
  const root = button({ class: 'note rerun', hidden: '' }, () => onPress(shown));
  return {
    root,
    show(next: OpenFailures): void {
      shown = next;
      root.hidden = next.failures.length === 0;
      setText(root, `↻ ${rerunAllWords(next.failures.length)}`);
    },
  };
}
