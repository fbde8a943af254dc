/** How much of a minute's number may go out at once. */
const BURST_MS = 1_000;
const MINUTE_MS = 60_000;

/** Attempts in time, evenly: at most so many in any minute, and no more than a second's worth of them at once. */
export interface RateLimit {
  /** How long until the next one may begin; 0: now. @param nowMs monotonic. */
  waitMs(nowMs: number): number;
  /** One begins. */
  spend(nowMs: number): void;
}

/**
 * The generic cell rate algorithm: a token bucket that is one number. It begins with a second's worth, so that a restart does
 * not let a whole minute's number out again.
 *
 * @param perMinute from 1; null: no limit.
 */
export function createRateLimit(perMinute: number | null): RateLimit {
  if (perMinute === null) return { waitMs: () => 0, spend() {} };
  // What is let out at once is taken off the pace, or a minute that begins with it would hold more than `perMinute`.
  const intervalMs = (MINUTE_MS + BURST_MS) / perMinute;
  let evenlyAtMs = Number.NEGATIVE_INFINITY;
  return {
    waitMs: (nowMs) => Math.max(0, evenlyAtMs - BURST_MS - nowMs),
    spend(nowMs) {
      evenlyAtMs = Math.max(evenlyAtMs, nowMs) + intervalMs;
    },
  };
}
