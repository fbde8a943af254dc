import type { Clock } from '../../settings/ambient/clock.ts';

type RateBound = {
  /**
   * Takes so many, one by default; null if that is fine, otherwise after how many milliseconds it will be.
   *
   * @param count at most what the bound allows.
   */
  take(count?: number): number | null;
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
    take: (count = 1) => {
      const nowMs = clock.nowMs();
      taken = taken.filter((atMs) => atMs > nowMs - perMs && atMs <= nowMs);
      const tooMany = taken.length + count - most;
      // There is room once the oldest of them are that old.
      if (tooMany > 0) return (taken[tooMany - 1] ?? nowMs) + perMs - nowMs;
      taken = [...taken, ...Array.from({ length: count }, () => nowMs)];
      return null;
    },
  };
}
