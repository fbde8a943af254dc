import type { Alert } from './alert.ts';

const ATTEMPTS = (outcome: string) =>
  `sum by (cluster, namespace, subscription) (rate(offhook_delivery_attempts_total{outcome="${outcome}"}[10m]))`;

/** What becomes of events. */
export const DELIVERY_ALERTS: readonly Alert[] = [
  {
    name: 'OffhookReceiverDown',
    expr: `${ATTEMPTS('retry')} > 0 unless ${ATTEMPTS('delivered')} > 0`,
    after: '10m',
    severity: 'critical',
    summary: 'The receiver of {{ $labels.subscription }} takes nothing',
    description:
      'Every attempt of the last ten minutes failed. Events wait in the journal and are tried again.',
  },
  {
    name: 'OffhookDeliveryStuck',
    expr: 'max by (cluster, namespace, instance, subscription) (offhook_queue_oldest_pending_seconds) > 900',
    after: '5m',
    severity: 'warning',
    summary: 'Events for {{ $labels.subscription }} wait',
    description:
      'The oldest has waited for {{ $value | humanizeDuration }} in the journal of {{ $labels.instance }}.',
  },
  {
    name: 'OffhookDeliverySlow',
    expr: 'histogram_quantile(0.99, sum by (cluster, namespace, subscription, le) (rate(offhook_delivery_lag_seconds_bucket[10m]))) > 60',
    after: '15m',
    severity: 'warning',
    summary: 'Events for {{ $labels.subscription }} arrive late',
    description: 'One in a hundred takes {{ $value | humanizeDuration }} or longer.',
  },
  {
    name: 'OffhookDeadLetters',
    expr: 'increase(offhook_deliveries_given_up_total[1h]) > 0 or delta(offhook_dead_letters[1h]) > 0',
    severity: 'warning',
    summary: 'Deliveries to {{ $labels.subscription }} were given up',
    description:
      'They are dead letters in the journal of {{ $labels.instance }} until journal.retention; replay them.',
  },
  {
    name: 'OffhookSubscriptionDisabled',
    expr: 'offhook_subscriptions_disabled > 0',
    severity: 'warning',
    summary: 'The receiver of {{ $labels.subscription }} wants nothing more',
    description:
      'It answered 410 Gone, or webhook-delivery: disable. Its events are not queued until it is enabled.',
  },
];
