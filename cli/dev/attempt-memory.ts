import type { SenderAttempt } from '../../functions/timeline/sender-attempts.ts';
import type { Clock } from '../../settings/ambient/clock.ts';
import type { AttemptReport } from '../../watcher/delivery/delivery-observer.ts';

/** Events whose attempts are remembered, and attempts of one: for a page that is looked at, not for keeping. */
const MOST_EVENTS = 5_000;
const MOST_ATTEMPTS = 50;

/** Remembers the watcher's attempts for the page, which otherwise knows only of those that arrived. */
export function createAttemptMemory(clock: Pick<Clock, 'nowMs'>) {
  const remembered = new Map<string, SenderAttempt[]>();
  return {
    onAttempt(report: AttemptReport): void {
      const { eventId, subscription, attempt, outcome, status, reason, durationMs, retryInMs } = report;
      const known = remembered.get(eventId) ?? [];
      remembered.set(eventId, known);
      known.push({
        subscription,
        attempt,
        outcome,
        status,
        reason,
        durationMs,
        retryInMs,
        endedAtMs: clock.nowMs(),
      });
      if (known.length > MOST_ATTEMPTS) known.shift();
      for (const [oldest] of remembered) {
        if (remembered.size <= MOST_EVENTS) break;
        remembered.delete(oldest);
      }
    },
    /** Oldest first; null for an event that is not remembered. */
    attempts: (eventId: string): readonly SenderAttempt[] | null => remembered.get(eventId) ?? null,
  };
}
