/**
 * How many deliveries may run at the same time: `max` at first, half as many after each sign of overload, and one
 * more again after as many successes as run at a time (additive increase, multiplicative decrease).
 */
interface ConcurrencyLimit {
  current(): number;
  succeeded(): void;
  /**
   * @param startedAtMs when the attempt began that met the overload; those begun before the last halving say nothing
   *   new, or one burst of answers would halve again and again.
   * @param nowMs of the same clock.
   */
  overloaded(startedAtMs: number, nowMs: number): void;
}

export function createConcurrencyLimit(max: number): ConcurrencyLimit {
  let limit = max;
  let halvedAtMs = Number.NEGATIVE_INFINITY;
  return {
    current: () => Math.floor(limit),
    succeeded() {
      limit = Math.min(max, limit + 1 / limit);
    },
    overloaded(startedAtMs, nowMs) {
      if (startedAtMs < halvedAtMs) return;
      limit = Math.max(1, Math.floor(limit / 2));
      halvedAtMs = nowMs;
    },
  };
}
