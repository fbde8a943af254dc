import type { Clock } from '../../../settings/ambient/clock.ts';
import { createConcurrencyLimit } from './concurrency-limit.ts';
import type { Attempt } from './make-attempt.ts';

/** How fast a receiver may be served: how many deliveries at a time, and not at all for as long as it wants silence. */
interface Pace {
  /** How much longer the receiver wants silence; 0 or less when it does not. */
  pauseMs(): number;
  /** Deliveries at the same time. */
  limit(): number;
  /** The receiver asked for silence, for so much longer. */
  pausedFor(ms: number): void;
  /** What came of an attempt, for those that follow. */
  adapt(made: Pick<Attempt, 'outcome' | 'startedMs'>): void;
}

/** @param concurrency deliveries at the same time, at most. */
export function createPace(concurrency: number, clock: Pick<Clock, 'monotonicMs'>): Pace {
  const limit = createConcurrencyLimit(concurrency);
  let pausedUntilMs = Number.NEGATIVE_INFINITY;
  return {
    pauseMs: () => pausedUntilMs - clock.monotonicMs(),
    limit: limit.current,
    pausedFor(ms) {
      pausedUntilMs = clock.monotonicMs() + ms;
    },
    adapt({ outcome, startedMs }) {
      const nowMs = clock.monotonicMs();
      if (outcome.kind === 'delivered') limit.succeeded();
      if (outcome.kind !== 'retry') return;
      if (outcome.slowDown === true) limit.overloaded(startedMs, nowMs);
      if (outcome.pauseMs !== undefined) pausedUntilMs = Math.max(pausedUntilMs, nowMs + outcome.pauseMs);
    },
  };
}
