import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRateLimit } from '../../../../watcher/delivery/share/rate-limit.ts';

const MINUTE_MS = 60_000;

/** When attempts begin of somebody who asks at these moments, and again as soon as there is room. */
function begun(perMinute: number, gapsMs: readonly number[]): number[] {
  const rate = createRateLimit(perMinute);
  const times: number[] = [];
  let nowMs = 0;
  for (const gapMs of gapsMs) {
    nowMs += gapMs;
    // As timers are: whole milliseconds.
    nowMs += Math.ceil(rate.waitMs(nowMs));
    rate.spend(nowMs);
    times.push(nowMs);
  }
  return times;
}

function mostInAMinute(times: readonly number[]): number {
  return Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + MINUTE_MS).length));
}

test('never more than so many in any minute, whenever somebody asks', () => {
  const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90_000 })), {
    minLength: 1,
    maxLength: 150,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), gaps, (perMinute, gapsMs) => {
      expect(mostInAMinute(begun(perMinute, gapsMs))).toBeLessThanOrEqual(perMinute);
    }),
  );
});

test.for([1, 7, 60, 600])(
  'somebody with enough to send gets nearly all of %i a minute, evenly',
  (perMinute) => {
    const times = begun(
      perMinute,
      Array.from({ length: 10 * perMinute }, () => 0),
    );
    const minutes = (times.at(-1) ?? 0) / MINUTE_MS;
    expect((10 * perMinute) / minutes).toBeGreaterThan(0.95 * perMinute);
    const gaps = times.map((at, index) => at - (times[index - 1] ?? 0)).filter((gap) => gap > 0);
    expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1_001);
  },
);

test('who has sent nothing for long sends no more than a second’s worth at once', () => {
  const times = begun(600, [3_600_000, ...Array.from({ length: 99 }, () => 0)]);
  expect(times.filter((at) => at === 3_600_000).length).toBeLessThanOrEqual(11);
});
