import type { ContainerRun } from '../../model/runs/container-run.ts';
import type { Lane } from '../../model/runs/lane.ts';
import type { ClusterNote } from '../../model/runs/trail.ts';
import { visibleText } from '../../model/text/visible-text.ts';
import { containerWords, outcomeWords } from '../../model/words/describe-run.ts';
import { decoration, element, setText } from '../dom/element.ts';

/** @property state names the colour; `words` say it. */
type HeadingWords = {
  readonly state: string;
  readonly words: string;
  readonly title: string;
  readonly who: string;
};

/** Puts a new heading into the header; after that only its words change, so that the focus stays. */
export function startHeading(header: HTMLElement) {
  const words = element('span');
  const state = element('p', {}, decoration(), words);
  const title = element('bdi');
  const focused = element('h2', { id: 'details-title', tabindex: '-1' }, title);
  const who = element('bdi');
  header.replaceChildren(state, focused, element('p', { class: 'who' }, who));
  return {
    write(next: HeadingWords): void {
      state.className = `state ${next.state}`;
      setText(words, next.words);
      setText(title, next.title);
      setText(who, next.who);
    },
    focus: () => focused.focus({ preventScroll: true }),
  };
}

/** Which container it was and how it went. */
export function runHeading(lane: Lane, run: ContainerRun): HeadingWords {
  return {
    state: run.state,
    words: outcomeWords(run),
    title: visibleText(lane.pod),
    who: `${containerWords(lane)} ${visibleText(lane.container)}`,
  };
}

/** What the cluster's watcher said about itself. */
export function noteHeading({ kind, cluster, namespace }: ClusterNote): HeadingWords {
  return {
    state: kind,
    words: kind,
    title: kind === 'gap' ? 'Nobody knows what happened' : 'A subscription was ended',
    who: `${namespace === null ? '' : `namespace ${visibleText(namespace)}, `}cluster ${visibleText(cluster)}`,
  };
}
