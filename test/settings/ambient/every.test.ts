import { expect, test } from 'vitest';
import { every } from '../../../settings/ambient/every.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

test('work is done at every interval, the first time after one, until it is ended', async () => {
  const clock = createFakeClock();
  const at: number[] = [];
  const end = every(clock, 100, () => void at.push(clock.monotonicMs()));
  await clock.advance(350);
  end();
  await clock.advance(1_000);
  expect(at).toEqual([100, 200, 300]);
  expect(clock.pending()).toEqual([]);
});

test('work can end it from within', async () => {
  const clock = createFakeClock();
  let rounds = 0;
  const end = every(clock, 100, () => {
    rounds += 1;
    end();
  });
  await clock.advance(1_000);
  expect(rounds).toBe(1);
});

test('rounds that take their time never overlap, and a last one that was ended begins no other', async () => {
  const clock = createFakeClock();
  const rounds: PromiseWithResolvers<void>[] = [];
  const end = every(clock, 100, () => {
    const round = Promise.withResolvers<void>();
    rounds.push(round);
    return round.promise;
  });
  await clock.advance(500);
  expect(rounds).toHaveLength(1);
  rounds[0]?.resolve();
  // The next interval begins now.
  await clock.advance(0);
  await clock.advance(99);
  expect(rounds).toHaveLength(1);
  await clock.advance(1);
  expect(rounds).toHaveLength(2);
  end();
  rounds[1]?.resolve();
  await clock.advance(1_000);
  expect(rounds).toHaveLength(2);
});

test('an interval can be asked for before each', async () => {
  const clock = createFakeClock();
  const at: number[] = [];
  const end = every(
    clock,
    () => 100 * (at.length + 1),
    () => void at.push(clock.monotonicMs()),
  );
  await clock.advance(600);
  end();
  expect(at).toEqual([100, 300, 600]);
});
