import type { Clock } from '../../../settings/ambient/clock.ts';

/**
 * Time in milliseconds that reads like wall time and runs like the monotonic clock: the wall clock is looked at
 * once. So what waits in this process waits as long as it should, whatever happens to the wall clock.
 */
export function createSteadyClock(clock: Clock): () => number {
  const offset = clock.nowMs() - clock.monotonicMs();
  return () => offset + clock.monotonicMs();
}
