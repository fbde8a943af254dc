import type { Clock } from '../../settings/ambient/clock.ts';

/** How often something may be done: in any span of time no more than so many times. */
interface WriteAllowance {
  /** Takes one, if there is one. */
  take(): boolean;
  /** Milliseconds until there is one; 0 when there is. */
  waitMs(): number;
}

/** Counts in a sliding window, so that not even two spans side by side can have more. */
export function createWriteAllowance(
  { most, inMs }: { readonly most: number; readonly inMs: number },
  clock: Pick<Clock, 'monotonicMs'>,
): WriteAllowance {
  /** When the last ones were taken, the oldest first. */
  const taken: number[] = [];

  function waitMs(): number {
    const [oldest] = taken;
    if (taken.length < most || oldest === undefined) return 0;
    return Math.max(0, oldest + inMs - clock.monotonicMs());
  }

  return {
    waitMs,
    take() {
      if (waitMs() > 0) return false;
      taken.push(clock.monotonicMs());
      if (taken.length > most) taken.shift();
      return true;
    },
  };
}
