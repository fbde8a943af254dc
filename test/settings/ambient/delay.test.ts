import { expect, test } from 'vitest';
import { delay } from '../../../settings/ambient/delay.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

test('a wait ends when its time is over', async () => {
  const clock = createFakeClock();
  let over = 0;
  void delay(clock, 100).then(() => over++);
  void delay(clock, 100, new AbortController().signal).then(() => over++);
  await clock.advance(99);
  expect(over).toBe(0);
  await clock.advance(1);
  expect(over).toBe(2);
});

test('a wait ends at once when its signal aborts, or has aborted, and leaves no timer behind', async () => {
  const clock = createFakeClock();
  const stop = new AbortController();
  const waiting = delay(clock, 100, stop.signal);
  stop.abort();
  await waiting;
  await delay(clock, 100, stop.signal);
  expect(clock.pending()).toEqual([]);
});
