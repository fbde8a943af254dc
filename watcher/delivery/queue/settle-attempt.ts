import type { DeliveryNext } from '../delivery-store.ts';
import type { Outcome } from '../outcome.ts';
import { nextDelayMs } from './retry-schedule.ts';

/** What an outcome means for the delivery: where it goes next, and the words kept with it. */
export type Settlement = { readonly next: DeliveryNext; readonly outcome: string };

/**
 * Applies the schedule to the outcome of the `attempt`-th attempt (from 1).
 *
 * @param random in [0, 1), for the jitter.
 */
export function settleAttempt(
  outcome: Outcome,
  schedule: readonly number[],
  attempt: number,
  random: number,
): Settlement {
  switch (outcome.kind) {
    case 'delivered':
      return { next: { kind: 'delivered' }, outcome: 'delivered' };
    case 'rejected':
      return { next: { kind: 'dead' }, outcome: outcome.reason };
    case 'gone':
      return { next: { kind: outcome.accepted ? 'delivered' : 'dead' }, outcome: outcome.reason };
    case 'retry': {
      const delayMs = nextDelayMs(schedule, attempt, random);
      return delayMs === null
        ? { next: { kind: 'dead' }, outcome: `${outcome.reason}, given up after ${attempt} attempts` }
        : {
            next: { kind: 'retry', delayMs: Math.max(delayMs, outcome.afterMs ?? 0) },
            outcome: outcome.reason,
          };
    }
  }
}
