import type { LoadedHistory } from '../loaded-history.ts';
import { countedWords, countWords } from '../text/number-words.ts';

/**
 * Why there is no line to be seen.
 *
 * @property away how many containers that are wanted have something elsewhere.
 * @property gap whether nobody knows about some of this stretch.
 */
type Emptiness = {
  readonly filtered: boolean;
  readonly named: boolean;
  readonly away: number;
  readonly gap: boolean;
  readonly loaded: LoadedHistory;
  readonly fromMs: number;
};

const UNLOADED: Readonly<Record<Exclude<LoadedHistory['state'], 'complete'>, string>> = {
  partial: 'What happened here is not loaded yet.',
  loading: 'Loading what happened here …',
  full: 'What happened here is not loaded: the page holds no more.',
  failed: 'What happened here could not be loaded; it is tried again.',
};

/** Says that nothing happened only where that is known. */
export function emptyWords({ filtered, named, away, gap, loaded, fromMs }: Emptiness): string {
  const { state } = loaded;
  if (state !== 'complete' && fromMs < loaded.fromMs) return UNLOADED[state];
  const unknown = gap ? ' Nobody knows about some of it: there is a gap.' : '';
  const known = gap ? ' is known to have run' : ' ran';
  if (!filtered || away > 0)
    return `Nothing${filtered ? ' that fits the filters' : ''}${known} in this stretch of time.${unknown}`;
  const names = named ? ' Names must be given in full.' : '';
  const before = state === 'complete' ? '' : ' What is older is not loaded yet.';
  return `No run fits the filters.${names}${before}${unknown}`;
}

/** What is elsewhere; for a button that shows it. */
export function outsideWords(away: number, filtered: boolean): string {
  if (!filtered) return `${countWords(away)} elsewhere: show ${away === 1 ? 'it' : 'them'}`;
  return `${countedWords(away, 'container')} match${away === 1 ? 'es' : ''} outside this stretch: show ${away === 1 ? 'it' : 'them'}`;
}
