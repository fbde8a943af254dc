import { Gauge, type Registry } from 'prom-client';
import { OTHER } from '../../settings/metrics/bounded-label.ts';
import type { Readings } from './readings.ts';
import type { SubscriptionLabel } from './subscription-label.ts';

/** What waits, and what will not be delivered. Sets the gauges from the readings of one moment. */
export function createQueueMetrics(
  registry: Registry,
  label: SubscriptionLabel,
): (readings: Readings) => void {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['subscription'] as const, registers: [registry] });
  const pending = gauge('offhook_queue_pending', 'Deliveries that wait, for the first attempt or the next');
  const oldest = gauge(
    'offhook_queue_oldest_pending_seconds',
    'How long ago the oldest undelivered event was stored; 0 when none waits',
  );
  const dead = gauge('offhook_dead_letters', 'Deliveries given up and still stored; replay or purge them');
  const disabled = gauge(
    'offhook_subscriptions_disabled',
    'Subscriptions that their receivers ended (410 Gone) and nobody enabled again',
  );

  return ({ queues, disabled: ended }) => {
    for (const each of [pending, oldest, dead, disabled]) {
      // Whoever was removed since the last time has no series any more.
      each.reset();
      for (const subscription of label.values()) each.set({ subscription }, 0);
    }
    let oldestOther = 0;
    for (const queue of queues) {
      const subscription = label.of(queue.subscription);
      const seconds = (queue.oldestPendingMs ?? 0) / 1000;
      pending.inc({ subscription }, queue.pending);
      dead.inc({ subscription }, queue.dead);
      if (subscription !== OTHER) oldest.set({ subscription }, seconds);
      else {
        oldestOther = Math.max(oldestOther, seconds);
        oldest.set({ subscription }, oldestOther);
      }
    }
    for (const name of ended) disabled.inc({ subscription: label.of(name) });
  };
}
