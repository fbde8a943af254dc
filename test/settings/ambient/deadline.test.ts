import { expect, test } from 'vitest';
import { waitAtMost, withDeadline } from '../../../settings/ambient/deadline.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const deadline = { ms: 1_000, overdue: () => new RangeError('the work has not ended') };
const never = () => new Promise<never>(() => {});

test('work that ends in time gives what it gives, and leaves no timer behind', async () => {
  const clock = createFakeClock();
  expect(await withDeadline(clock, deadline, async () => 'done')).toBe('done');
  await expect(withDeadline(clock, deadline, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  await expect(
    withDeadline(clock, deadline, () => {
      throw new Error('broken at once');
    }),
  ).rejects.toThrow('broken at once');
  expect(clock.pending()).toEqual([]);
});

test('work that does not end is cut off, and told so by its signal', async () => {
  const clock = createFakeClock();
  const told = Promise.withResolvers<unknown>();
  const cut = withDeadline(clock, deadline, (signal) => {
    signal.addEventListener('abort', () => told.resolve(signal.reason));
    return never();
  });
  const rejected = expect(cut).rejects.toThrow(new RangeError('the work has not ended'));
  await clock.advance(999);
  expect(clock.pending()).toEqual([1]);
  await clock.advance(1);
  await rejected;
  expect(await told.promise).toEqual(new RangeError('the work has not ended'));
});

test('what the work makes of its signal comes too late', async () => {
  const clock = createFakeClock();
  const cut = withDeadline(clock, deadline, async (signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return 'gave up';
  });
  const rejected = expect(cut).rejects.toThrow('the work has not ended');
  await clock.advance(1_000);
  await rejected;
});

test('a signal cuts it off sooner, with its own reason', async () => {
  const clock = createFakeClock();
  const stop = new AbortController();
  const cut = withDeadline(clock, { ...deadline, signal: stop.signal }, never);
  const rejected = expect(cut).rejects.toThrow('stopped');
  stop.abort(new Error('stopped'));
  await rejected;
  expect(clock.pending()).toEqual([]);
  const unused = () => Promise.reject(new Error('called'));
  await expect(withDeadline(clock, { ...deadline, signal: stop.signal }, unused)).rejects.toThrow('stopped');
});

test('waiting at most so long ends with what is awaited, or without it', async () => {
  const clock = createFakeClock();
  await waitAtMost(clock, 500, Promise.resolve());
  await expect(waitAtMost(clock, 500, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(clock.pending()).toEqual([]);
  let over = false;
  const waiting = waitAtMost(clock, 500, never()).then(() => {
    over = true;
  });
  await clock.advance(499);
  expect(over).toBe(false);
  await clock.advance(1);
  await waiting;
});
