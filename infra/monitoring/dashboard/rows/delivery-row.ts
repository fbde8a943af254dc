import { ofSubscriptions, rate } from '../panel/chosen-series.ts';
import type { PanelRow } from '../panel/panel.ts';

/** What becomes of events. */
export const DELIVERY_ROW: PanelRow = {
  title: 'Delivery',
  height: 7,
  panels: [
    {
      title: 'Attempts',
      description:
        'Attempts to deliver a second, by outcome: delivered, retry (tried again later), rejected (never again), gone (the receiver ended its subscription).',
      kind: 'timeseries',
      unit: 'ops',
      width: 8,
      queries: [
        {
          expr: `sum by (outcome) (${rate(ofSubscriptions('offhook_delivery_attempts_total'))})`,
          legend: '{{outcome}}',
        },
      ],
      stacked: true,
    },
    {
      title: 'From stored to taken',
      description:
        'How long events take from the journal to the answer that took them, retries and waits included: the median, and what one in a hundred exceeds.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      queries: [0.5, 0.99].map((quantile) => ({
        expr: `histogram_quantile(${quantile}, sum by (le) (${rate(ofSubscriptions('offhook_delivery_lag_seconds_bucket'))}))`,
        legend: `p${quantile * 100}`,
      })),
    },
    {
      title: 'Pending by subscription',
      description: 'Deliveries that wait. What grows has a receiver that is down or too slow.',
      kind: 'timeseries',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: `sum by (subscription) (${ofSubscriptions('offhook_queue_pending')})`,
          legend: '{{subscription}}',
        },
      ],
      stacked: true,
    },
    {
      title: 'Oldest pending by subscription',
      description:
        'Age of the oldest undelivered event. Beyond the retry schedule (about three days) it becomes a dead letter.',
      kind: 'timeseries',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: `max by (subscription) (${ofSubscriptions('offhook_queue_oldest_pending_seconds')})`,
          legend: '{{subscription}}',
        },
      ],
    },
    {
      title: 'Given up, and ended by their receivers',
      description:
        'Dead letters still stored, and subscriptions that answered 410 Gone. offhook journal list --state dead shows the first, offhook journal enable takes up the second.',
      kind: 'timeseries',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: `sum by (subscription) (${ofSubscriptions('offhook_dead_letters')})`,
          legend: 'dead letters {{subscription}}',
        },
        {
          expr: `sum by (subscription) (${ofSubscriptions('offhook_subscriptions_disabled')})`,
          legend: 'ended {{subscription}}',
        },
      ],
    },
  ],
};
