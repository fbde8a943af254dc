import type { Alert } from './alert.ts';

/** How following the cluster goes. */
export const WATCHING_ALERTS: readonly Alert[] = [
  {
    name: 'OffhookWatchStale',
    expr: 'time() - offhook_watch_last_progress_timestamp_seconds{resource="pods"} > 180',
    after: '2m',
    severity: 'critical',
    summary: 'The watcher on {{ $labels.instance }} hears nothing new of Pods',
    description:
      'The watch has made no progress for {{ $value | humanizeDuration }}; a bookmark comes every minute.',
  },
  {
    name: 'OffhookGap',
    expr: 'increase(offhook_gaps_total[1h]) > 0',
    severity: 'warning',
    summary: 'The watcher on {{ $labels.instance }} has declared a gap',
    description:
      'The API server no longer had the history. The gap event names the interval; transitions in it may be missing.',
  },
  {
    name: 'OffhookWatchMisses',
    expr: 'increase(offhook_watch_missed_changes_total[1h]) > 0',
    severity: 'warning',
    summary: 'The API server does not tell the watch of every change',
    description:
      'Changes of {{ $labels.resource }} were found by comparison with a full list, and sent late.',
  },
  {
    name: 'OffhookWatchRestarts',
    expr: 'sum by (cluster, namespace, instance, resource, cause) (rate(offhook_watch_restarts_total{cause!~"closed|unsupported"}[15m])) > 0.02',
    after: '15m',
    severity: 'warning',
    summary: 'Following {{ $labels.resource }} is interrupted again and again ({{ $labels.cause }})',
    description: 'The watcher on {{ $labels.instance }} resumes each time; every interruption delays events.',
  },
  {
    name: 'OffhookSetAside',
    expr: 'offhook_watch_pods_set_aside > 0',
    after: '10m',
    severity: 'warning',
    summary: '{{ $value }} Pods cannot be read, and are left aside',
    description:
      'Somebody writes what no kubelet would. The log of {{ $labels.instance }} names each Pod once.',
  },
  {
    name: 'OffhookFault',
    expr: 'increase(offhook_watch_set_aside_total{reason="failed"}[1h]) > 0',
    severity: 'warning',
    summary: 'An object was left aside by a fault of Offhook',
    description:
      'Everything else goes on. Please report it with the line in the log of {{ $labels.instance }}.',
  },
];
