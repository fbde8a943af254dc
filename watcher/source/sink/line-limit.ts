import type { Clock } from '../../../settings/ambient/clock.ts';

const LINES_A_MINUTE = 10;
const MINUTE_MS = 60_000;

/** Whoever can cause many lines at once must not fill the log with them. */
interface LineLimit {
  /** Whether one more may be written now; `unsaid`: how many could not since the last one. */
  admit(): { readonly unsaid: number } | null;
}

/** Ten lines a minute. */
export function createLineLimit(clock: Pick<Clock, 'monotonicMs'>): LineLimit {
  let sinceMs = Number.NEGATIVE_INFINITY;
  let lines = 0;
  let unsaid = 0;
  return {
    admit() {
      const nowMs = clock.monotonicMs();
      if (nowMs - sinceMs >= MINUTE_MS) {
        sinceMs = nowMs;
        lines = 0;
      }
      if (lines >= LINES_A_MINUTE) {
        unsaid += 1;
        return null;
      }
      const before = unsaid;
      lines += 1;
      unsaid = 0;
      return { unsaid: before };
    },
  };
}
