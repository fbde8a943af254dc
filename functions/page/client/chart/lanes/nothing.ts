import type { ClusterNote } from '../../../model/runs/trail.ts';
import type { TimeView } from '../../../model/time/time-view.ts';
import { emptyWords, outsideWords } from '../../../model/words/empty-words.ts';
import { button, element, setText } from '../../dom/element.ts';

/** What stands in the drawing when there is no lane in it, and the way to where there is one. */
export function createNothing(root: HTMLElement, onOutside: () => void) {
  const words = element('p', { role: 'status' });
  const outside = button({ class: 'primary' }, onOutside);
  root.replaceChildren(words, outside);
  return {
    show(is: boolean, why: Parameters<typeof emptyWords>[0]): void {
      root.hidden = !is;
      outside.hidden = why.away === 0;
      setText(words, is ? emptyWords(why) : '');
      setText(outside, outsideWords(why.away, why.filtered));
    },
  };
}

/** Whether nobody knows about some of a stretch. */
export function hasGap(notes: readonly ClusterNote[], { fromMs, toMs }: TimeView): boolean {
  return notes.some((note) => note.kind === 'gap' && note.fromMs <= toMs && note.toMs >= fromMs);
}
