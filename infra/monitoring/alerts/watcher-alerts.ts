import type { Alert } from './alert.ts';

/** Whether a watcher is there and does its work. */
export const WATCHER_ALERTS: readonly Alert[] = [
  {
    name: 'OffhookDown',
    expr: 'absent(offhook_build_info)',
    after: '5m',
    severity: 'critical',
    summary: 'No watcher is being scraped',
    description: 'Events are not lost while the API server keeps its history, usually some minutes.',
  },
  {
    name: 'OffhookNotReady',
    expr: 'offhook_ready == 0',
    after: '5m',
    severity: 'critical',
    summary: 'The watcher on {{ $labels.instance }} does not do its work',
    description: 'GET /readyz on it says why.',
  },
  {
    name: 'OffhookNoLeader',
    expr: 'max by (cluster, namespace, job) (offhook_leading) == 0',
    after: '1m',
    severity: 'critical',
    summary: 'No replica of {{ $labels.job }} delivers',
    description: 'All of them watch and journal, but none holds the Lease, so nothing is sent.',
  },
  {
    name: 'OffhookRestarting',
    expr: 'changes(process_start_time_seconds[1h]) > 3 and on (instance, job) offhook_build_info',
    severity: 'warning',
    summary: 'The watcher on {{ $labels.instance }} was restarted {{ $value }} times in an hour',
    description: 'The end of its previous log says why: most often memory, the journal, or its probes.',
  },
  {
    name: 'OffhookConfigFaulty',
    expr: 'offhook_config_last_reload_successful == 0',
    after: '5m',
    severity: 'warning',
    summary: 'The new configuration of the watcher on {{ $labels.instance }} has faults',
    description: 'The one before stays in effect until the watcher is restarted, and then it does not start.',
  },
  {
    name: 'OffhookBusy',
    expr: 'nodejs_eventloop_utilization_ratio > 0.8 and on (instance, job) offhook_build_info',
    after: '15m',
    severity: 'warning',
    summary: 'The watcher on {{ $labels.instance }} has hardly any time left',
    description: 'Its event loop has worked for {{ $value | humanizePercentage }} of the time.',
  },
];
