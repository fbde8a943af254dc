import { of, rate } from '../panel/chosen-series.ts';
import type { PanelRow } from '../panel/panel.ts';

/** What a receiver on Node does with what comes; empty where there is none, or it is not scraped. */
export const RECEIVER_ROW: PanelRow = {
  title: 'Receiver on Node',
  height: 7,
  panels: [
    {
      title: 'Deliveries by outcome',
      description:
        'Deliveries a second: stored, duplicate (taken before), refused (4xx), notStored (503), differentBytes (two senders under one name).',
      kind: 'timeseries',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: `sum by (outcome) (${rate(of('offhook_receiver_deliveries_total'))})`,
          legend: '{{outcome}}',
        },
      ],
      stacked: true,
    },
    {
      title: 'Runs of handlers',
      description:
        'Runs a second by handler and outcome: completed, failed (tried again), givenUp (never again).',
      kind: 'timeseries',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: `sum by (handler, outcome) (${rate(of('offhook_receiver_handler_runs_total'))})`,
          legend: '{{handler}} {{outcome}}',
        },
      ],
    },
    {
      title: 'From taken to handled',
      description:
        'How long events take from coming in to the run that completed them, earlier attempts included: the median, and what one in a hundred exceeds.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      queries: [0.5, 0.99].map((quantile) => ({
        expr: `histogram_quantile(${quantile}, sum by (le) (${rate(of('offhook_receiver_handler_lag_seconds_bucket'))}))`,
        legend: `p${quantile * 100}`,
      })),
    },
    {
      title: 'Waiting for handlers',
      description:
        'Events in the queue, and of these what no handler has run for yet; and dead letters, one of whose handlers gave up.',
      kind: 'timeseries',
      unit: 'short',
      width: 8,
      queries: [
        { expr: `sum(${of('offhook_receiver_queue_waiting')})`, legend: 'waiting' },
        { expr: `sum(${of('offhook_receiver_queue_unhandled')})`, legend: 'not run once' },
        { expr: `sum(${of('offhook_receiver_dead_letters')})`, legend: 'dead letters' },
      ],
    },
    {
      title: 'Length of the audit trail',
      description: 'Position of the newest record of each cluster, and up to where a checkpoint attests it.',
      kind: 'timeseries',
      unit: 'short',
      width: 8,
      queries: [
        { expr: `max by (source) (${of('offhook_receiver_audit_position')})`, legend: '{{source}}' },
        {
          expr: `max by (source) (${of('offhook_receiver_checkpoint_position')})`,
          legend: 'attested {{source}}',
        },
      ],
    },
    {
      title: 'Age of the last checkpoint',
      description:
        'Time since the trail of a cluster was last attested up to its end; audit.every is one hour by default.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: `time() - max by (source) (${of('offhook_receiver_checkpoint_timestamp_seconds')})`,
          legend: '{{source}}',
        },
      ],
    },
  ],
};
