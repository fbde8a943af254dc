import { expect, it } from 'vitest';
import { openingView } from '../../../../functions/page/client/opening/opening-view.ts';
import { spanOf } from '../../../../functions/page/model/time/time-view.ts';
import { container } from '../support/facts.ts';

const NOW = Date.UTC(2026, 10, 22, 14, 0, 0);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The first view of a page whose events happened so long ago. */
function viewOf(agesMs: readonly number[], fragment = '') {
  const entries = agesMs.map((ageMs) => ({ ...container({}).postStart(NOW - ageMs), runs: [] }));
  return openingView(fragment, entries, NOW);
}

it.each<[string, readonly number[], number]>([
  ['nothing yet', [], 1],
  ['half a minute', [5 * SECOND, 30 * SECOND], 1],
  ['a minute, which needs some room', [5 * SECOND, MINUTE], 5],
  ['four minutes', [5 * SECOND, 4 * MINUTE], 5],
  ['ten minutes', [5 * SECOND, 10 * MINUTE], 15],
  ['half an hour', [5 * SECOND, 30 * MINUTE], 60],
  ['a day with much in the last minutes', [...Array(24).fill(5 * SECOND), 1_440 * MINUTE], 15],
])('with a history of %s shows the shortest preset that has it', (_, ages, minutes) => {
  const view = viewOf(ages);
  expect([spanOf(view), view.following]).toEqual([minutes * MINUTE, true]);
  if (minutes < 60 && ages.length < 24) expect(view.fromMs).toBeLessThanOrEqual(NOW - Math.max(0, ...ages));
});

it('shows the stretch that the address names, whatever has happened', () => {
  const [fromMs, toMs] = [NOW - 60 * MINUTE, NOW - 30 * MINUTE];
  expect(viewOf([5 * SECOND], `#from=${fromMs}&to=${toMs}`)).toEqual({ fromMs, toMs, following: false });
});
