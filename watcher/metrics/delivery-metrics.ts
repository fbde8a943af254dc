import { Counter, Histogram, type Registry } from 'prom-client';
import type { AttemptReport } from '../delivery/delivery-observer.ts';
import type { SubscriptionLabel } from './subscription-label.ts';

const OUTCOMES: readonly AttemptReport['outcome'][] = ['delivered', 'retry', 'rejected', 'gone'];
/** 1 ms to 1 h: from a receiver next door to one that was down over lunch. */
const LAG_BUCKETS_SECONDS = [
  ...[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 30, 60, 300, 900, 3600],
];

/** What came of attempts, by subscription. */
export interface DeliveryMetrics {
  onAttempt(report: AttemptReport): void;
  /** Deliveries of these subscriptions became dead letters as they were stored. */
  onGivenUp(names: readonly string[]): void;
  /** All series of these values of the label are there from now on, so that a first increase is one. */
  show(values: readonly string[]): void;
  /** Their series end. */
  hide(values: readonly string[]): void;
}

export function createDeliveryMetrics(
  registry: Registry,
  label: Pick<SubscriptionLabel, 'of'>,
): DeliveryMetrics {
  const registers = [registry];
  const attempts = new Counter({
    name: 'offhook_delivery_attempts_total',
    help: 'Attempts to deliver, by what came of them',
    labelNames: ['subscription', 'outcome'] as const,
    registers,
  });
  const givenUp = new Counter({
    name: 'offhook_deliveries_given_up_total',
    help: 'Deliveries that became dead letters after their last attempt, or without one: expired, beyond a quota',
    labelNames: ['subscription'] as const,
    registers,
  });
  const lag = new Histogram({
    name: 'offhook_delivery_lag_seconds',
    help: 'Time from storing an event to the answer that took it, retries and replays included',
    labelNames: ['subscription'] as const,
    buckets: LAG_BUCKETS_SECONDS,
    registers,
  });

  return {
    show(values) {
      for (const subscription of values) {
        for (const outcome of OUTCOMES) attempts.inc({ subscription, outcome }, 0);
        givenUp.inc({ subscription }, 0);
        lag.zero({ subscription });
      }
    },
    hide(values) {
      for (const subscription of values) {
        for (const outcome of OUTCOMES) attempts.remove({ subscription, outcome });
        givenUp.remove({ subscription });
        lag.remove({ subscription });
      }
    },
    onGivenUp(names) {
      for (const name of names) givenUp.inc({ subscription: label.of(name) });
    },
    onAttempt({ subscription: name, attempt, outcome, next, observedToSentMs, durationMs }) {
      const subscription = label.of(name);
      if (attempt > 0) attempts.inc({ subscription, outcome });
      if (next === 'dead') givenUp.inc({ subscription });
      if (next === 'delivered') lag.observe({ subscription }, (observedToSentMs + durationMs) / 1000);
    },
  };
}
