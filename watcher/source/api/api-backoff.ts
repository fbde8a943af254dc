import type { Clock } from '../../../settings/ambient/clock.ts';

/** client-go's reflector: 800 ms doubling to 30 s, forgotten after two minutes without a failure. */
const CEILING_MS = 30_000;
const FORGET_AFTER_MS = 120_000;

interface ApiBackoff {
  /** How long to wait before the next attempt, in ms. */
  next(): number;
}

/**
 * Exponential backoff. The n-th wait lies between half and all of `2 · firstMs · 2ⁿ`, at most 30 s: never below
 * `firstMs`, and spread, so that many watchers do not come back at once.
 *
 * @param firstMs the shortest wait
 */
export function createApiBackoff({
  clock,
  random,
  firstMs,
}: {
  clock: Pick<Clock, 'monotonicMs'>;
  random: () => number;
  firstMs: number;
}): ApiBackoff {
  let failures = 0;
  let lastAt = Number.NEGATIVE_INFINITY;
  return {
    next() {
      const now = clock.monotonicMs();
      if (now - lastAt > FORGET_AFTER_MS) failures = 0;
      lastAt = now;
      const whole = Math.min(2 * firstMs * 2 ** Math.min(failures, 16), CEILING_MS);
      failures += 1;
      return whole / 2 + (random() * whole) / 2;
    },
  };
}
