import { describe, expect, it } from 'vitest';
import { emptyWords, outsideWords } from '../../../../functions/page/model/words/empty-words.ts';

const KNOWN = {
  ...{ filtered: false, named: false, away: 0, gap: false, fromMs: 2_000 },
  loaded: { fromMs: 1_000, state: 'partial' as const },
};

describe('an empty drawing', () => {
  it.each([
    ['everything here is loaded', {}, /^Nothing ran in this stretch of time\.$/],
    ['what was here is not loaded', { fromMs: 500 }, /not loaded yet/],
    ['it is being loaded', { fromMs: 500, loaded: { fromMs: 1_000, state: 'loading' as const } }, /^Loading/],
    ['it could not be loaded', { fromMs: 500, loaded: { fromMs: 1_000, state: 'failed' as const } }, /again/],
    ['the page is full', { fromMs: 500, loaded: { fromMs: 1_000, state: 'full' as const } }, /holds no more/],
    [
      'there is nothing before',
      { fromMs: 500, loaded: { fromMs: 1_000, state: 'complete' as const } },
      /^Nothing ran/,
    ],
    ['nobody knows', { gap: true }, /^Nothing is known to have run .* there is a gap\.$/],
    ['what fits is elsewhere', { filtered: true, away: 2 }, /^Nothing that fits the filters ran in this/],
    [
      'nothing loaded fits',
      { filtered: true },
      /^No run fits the filters\. What is older is not loaded yet\.$/,
    ],
    ['nothing fits a name', { filtered: true, named: true }, /Names must be given in full/],
  ])('where %s says so', (_, part, words) => {
    expect(emptyWords({ ...KNOWN, ...part })).toMatch(words);
  });

  it.each([
    [1, true, '1 container matches outside this stretch: show it'],
    [2, true, '2 containers match outside this stretch: show them'],
    [1_200, false, '1,200 elsewhere: show them'],
  ])('offers what is elsewhere: %i, filtered %s', (away, filtered, words) => {
    expect(outsideWords(away, filtered)).toBe(words);
  });
});
