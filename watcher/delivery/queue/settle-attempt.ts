import { counted } from '../../../settings/counted.ts';
import type { DeliveryNext, DueDelivery, Outage } from '../delivery-store.ts';
import type { Outcome } from '../outcome.ts';
import type { Lesson } from './pace.ts';
import { isOutlived, LONGEST_PROBE_WAIT_MS, nextDelayMs } from './retry-schedule.ts';

/** What an outcome means for the delivery: where it goes next, and the words kept with it. */
export type Settlement = {
  readonly next: DeliveryNext;
  readonly outcome: string;
  /** See {@link DueDelivery}; left out: as before. */
  readonly ownFailures?: number;
};

type Circumstances = {
  readonly schedule: readonly number[];
  readonly waitedMs: number;
  readonly random: number;
};

type Retry = Extract<Outcome, { kind: 'retry' }>;

/**
 * Applies the schedule to the outcome of an attempt. An event that failed by itself waits for its own timer; one that
 * found a receiver failing waits for that receiver, which is for the pace to say: it is due at once.
 *
 * @param delivery as it was taken, before this attempt.
 * @param waitedMs how long the delivery waits, since it was queued.
 * @param random in [0, 1), for the jitter.
 */
export function settleAttempt(
  outcome: Outcome,
  delivery: Pick<DueDelivery, 'attempts' | 'ownFailures'>,
  lesson: Pick<Lesson, 'own' | 'outage'>,
  circumstances: Circumstances,
): Settlement {
  switch (outcome.kind) {
    case 'delivered':
      return { next: { kind: 'delivered' }, outcome: 'delivered' };
    case 'rejected':
      return { next: { kind: 'dead' }, outcome: outcome.reason };
    case 'gone':
      return { next: { kind: outcome.accepted ? 'delivered' : 'dead' }, outcome: outcome.reason };
    case 'retry':
      return lesson.own === 'no'
        ? sharedRetry(outcome, delivery.attempts + 1, lesson.outage, circumstances)
        : ownRetry(outcome, delivery, lesson.own, circumstances);
  }
}

function ownRetry(
  { reason, afterMs = 0 }: Retry,
  delivery: Pick<DueDelivery, 'attempts' | 'ownFailures'>,
  own: 'yes' | 'doubtful',
  { schedule, waitedMs, random }: Circumstances,
): Settlement {
  const ownFailures = delivery.ownFailures + 1;
  const isOver = ownFailures > schedule.length;
  // Somebody may have hurried it (`offhook journal retry`): that must not end it before its time.
  if (isOver && isOutlived(schedule, schedule.length + 1, waitedMs))
    return givenUp(reason, delivery.attempts + 1);
  const scheduledMs = nextDelayMs(schedule, Math.min(ownFailures, schedule.length), random) ?? 0;
  const delayMs = own === 'doubtful' ? Math.min(scheduledMs, LONGEST_PROBE_WAIT_MS) : scheduledMs;
  return { next: { kind: 'retry', delayMs: Math.max(delayMs, afterMs) }, outcome: reason, ownFailures };
}

function sharedRetry(
  { reason, afterMs = 0 }: Retry,
  attempts: number,
  outage: Outage | null,
  { schedule, waitedMs }: Circumstances,
): Settlement {
  const triedForMs = Math.min(waitedMs, outage?.forMs ?? 0);
  if (outage !== null && isOutlived(schedule, attempts, triedForMs)) return givenUp(reason, attempts);
  return { next: { kind: 'retry', delayMs: afterMs }, outcome: reason };
}

function givenUp(reason: string, attempts: number): Settlement {
  return { next: { kind: 'dead' }, outcome: `${reason}, given up after ${counted(attempts, 'attempt')}` };
}
