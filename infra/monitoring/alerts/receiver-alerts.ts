import type { Alert } from './alert.ts';

const RUNS = (outcome: string) =>
  `sum by (cluster, namespace, handler) (rate(offhook_receiver_handler_runs_total{outcome=~"${outcome}"}[10m]))`;

/** How a receiver on Node takes events, handles them, and keeps its audit trail. */
export const RECEIVER_ALERTS: readonly Alert[] = [
  {
    name: 'OffhookReceiverRefusing',
    expr: 'sum by (cluster, namespace, instance) (rate(offhook_receiver_deliveries_total{outcome="refused"}[10m])) > 0',
    after: '15m',
    severity: 'warning',
    summary: 'The receiver on {{ $labels.instance }} refuses deliveries',
    description:
      'For a quarter of an hour. offhook_receiver_refused_total says by which code: two secrets, or a clock.',
  },
  {
    name: 'OffhookReceiverNotStoring',
    expr: 'increase(offhook_receiver_deliveries_total{outcome="notStored"}[10m]) > 0',
    after: '5m',
    severity: 'warning',
    summary: 'The receiver on {{ $labels.instance }} cannot store events',
    description:
      'It answers 503, and watchers keep the events: its queue or its disk is full, or the disk fails.',
  },
  {
    name: 'OffhookReceiverQueueFilling',
    expr: 'offhook_receiver_queue_waiting / offhook_receiver_queue_max > 0.8',
    after: '5m',
    severity: 'warning',
    summary: 'The queue of the receiver on {{ $labels.instance }} is {{ $value | humanizePercentage }} full',
    description:
      'Handlers are slower than what comes. Beyond limits.maxWaiting deliveries wait with the watchers.',
  },
  {
    name: 'OffhookHandlerFailing',
    expr: `${RUNS('failed|givenUp')} > 0 unless ${RUNS('completed')} > 0`,
    after: '10m',
    severity: 'warning',
    summary: 'The handler {{ $labels.handler }} fails every time',
    description:
      'Each of its runs in the last ten minutes. After its last attempt an event is not tried again.',
  },
  {
    name: 'OffhookHandlerGaveUp',
    expr: 'increase(offhook_receiver_handler_runs_total{outcome="givenUp"}[1h]) > 0',
    severity: 'warning',
    summary: 'The handler {{ $labels.handler }} has given up on events',
    description:
      'They are dead letters on {{ $labels.instance }}, and run again only when somebody asks for it.',
  },
  {
    name: 'OffhookHandlerLate',
    expr: 'histogram_quantile(0.99, sum by (cluster, namespace, handler, le) (rate(offhook_receiver_handler_lag_seconds_bucket[10m]))) > 60',
    after: '15m',
    severity: 'warning',
    summary: 'Events reach the handler {{ $labels.handler }} late',
    description: 'One in a hundred is done {{ $value | humanizeDuration }} after it came in, or later.',
  },
  {
    name: 'OffhookCheckpointOld',
    expr: 'time() - offhook_receiver_checkpoint_timestamp_seconds > on (instance, job) group_left () 3 * offhook_receiver_checkpoint_interval_seconds',
    after: '5m',
    severity: 'warning',
    summary: 'The audit trail on {{ $labels.instance }} is not attested any more',
    description: 'The last checkpoint of {{ $labels.source }} is {{ $value | humanizeDuration }} old.',
  },
  {
    name: 'OffhookAuditAttention',
    expr: 'offhook_receiver_audit_attention == 1',
    severity: 'critical',
    summary: 'The audit trail on {{ $labels.instance }} needs attention',
    description:
      'The last round for {{ $labels.source }} failed: the chain is broken, or a checkpoint is wrong or missing.',
  },
];
