import type { Clock } from '../../settings/ambient/clock.ts';

type RateBound = {
  /** Takes one; null if that is fine, otherwise after how many milliseconds it will be. */
  take(): number | null;
};

/** At most so many in any stretch of that length, in this process. */
export function createRateBound({
  most,
  perMs,
  clock,
}: {
  readonly most: number;
  readonly perMs: number;
  readonly clock: Clock;
}): RateBound {
  let taken: number[] = [];
  return {
    take: () => {
      const nowMs = clock.nowMs();
      taken = taken.filter((atMs) => atMs > nowMs - perMs && atMs <= nowMs);
      const [oldest = nowMs] = taken;
      if (taken.length >= most) return oldest + perMs - nowMs;
      taken.push(nowMs);
      return null;
    },
  };
}
