import type { AttemptReport } from '../delivery-observer.ts';
import type { DeliveryEvent, DeliveryRecord } from '../delivery-store.ts';
import type { Attempt } from './make-attempt.ts';
import type { Lesson } from './pace.ts';
import type { Settlement } from './settle-attempt.ts';

/** An attempt that has ended, and what becomes of its delivery. */
type EndedAttempt = {
  readonly subscription: string;
  readonly event: DeliveryEvent;
  /** From 1; 0 for an event that was given up without an attempt. */
  readonly attempt: number;
  readonly made: Attempt;
  readonly settlement: Settlement;
  readonly lesson: Lesson;
};

/** For the journal. */
export function attemptRecord({ made, settlement, lesson, ...ended }: EndedAttempt): DeliveryRecord {
  const { outcome, atMs, durationMs } = made;
  return {
    subscription: ended.subscription,
    sequence: ended.event.sequence,
    attempt: ended.attempt,
    status: outcome.status,
    durationMs,
    atMs,
    ...settlement,
    ...(lesson.news !== null && { outage: lesson.outage }),
    ...(outcome.kind === 'retry' && outcome.pauseMs !== undefined && { pauseMs: outcome.pauseMs }),
  };
}

/** For those who look on. */
export function attemptReport({ made, settlement, lesson, ...ended }: EndedAttempt): AttemptReport {
  const { subscription, attempt, event } = ended;
  const { outcome, durationMs } = made;
  return {
    subscription,
    sequence: event.sequence,
    attempt,
    status: outcome.status,
    durationMs,
    eventId: event.eventId,
    type: event.type,
    outcome: outcome.kind,
    next: settlement.next.kind,
    reason: outcome.kind === 'delivered' ? null : settlement.outcome,
    observedToSentMs: event.ageMs,
    retryInMs:
      settlement.next.kind === 'retry'
        ? Math.max(settlement.next.delayMs, lesson.outage?.nextInMs ?? 0)
        : null,
    ...(outcome.kind === 'retry' &&
      outcome.clockSkewMs !== undefined && { clockSkewMs: outcome.clockSkewMs }),
    ...(outcome.kind === 'retry' && outcome.pauseMs !== undefined && { pauseMs: outcome.pauseMs }),
  };
}
