import { expect, it } from 'vitest';
import { createOrderedLines } from '../../../cli/dev/ordered-lines.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

function heard() {
  const clock = createFakeClock();
  const written: string[] = [];
  const lines = createOrderedLines({ write: (line) => written.push(line), clock, holdMs: 400 });
  return { clock, written, lines, now: clock.nowMs() };
}

it('what happened earlier is written first, though it was heard of later', async () => {
  const { clock, written, lines, now } = heard();
  lines.add(now, 'seen');
  lines.add(now + 50, 'delivered of another');
  await clock.advanceTo(100);
  lines.add(now + 20, 'handled');
  lines.add(now + 20, 'handled, too');
  expect(written).toEqual([]);
  await clock.advanceTo(600);
  expect(written).toEqual(['seen', 'handled', 'handled, too', 'delivered of another']);
});

it('who waits for a line goes on when it is written', async () => {
  const { clock, written, lines, now } = heard();
  lines.add(now, 'handled', () => written.push('story goes on'));
  await clock.advanceTo(500);
  expect(written).toEqual(['handled', 'story goes on']);
});

it('nothing is held back at the end', () => {
  const { written, lines, now } = heard();
  lines.add(now + 5, 'last');
  lines.add(now, 'first');
  lines.end();
  expect(written).toEqual(['first', 'last']);
});
