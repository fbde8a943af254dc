import { of, ofSubscriptions, rate } from '../panel/chosen-series.ts';
import type { PanelRow } from '../panel/panel.ts';

/** Whether all is well, on one line. */
export const OVERVIEW_ROW: PanelRow = {
  title: 'Overview',
  height: 4,
  panels: [
    {
      title: 'Ready',
      description: 'Watchers whose /readyz answers 200. GET /readyz says why one is not.',
      kind: 'stat',
      unit: 'short',
      width: 3,
      queries: [{ expr: `sum(${of('offhook_ready')})`, legend: 'ready' }],
      badBelow: 1,
    },
    {
      title: 'Delivering',
      description: 'Replicas that deliver: the leader of a standby, or every watcher that is alone.',
      kind: 'stat',
      unit: 'short',
      width: 3,
      queries: [{ expr: `sum(${of('offhook_leading')})`, legend: 'delivering' }],
      badBelow: 1,
    },
    {
      title: 'Events',
      description: 'Events stored a second, of all hooks.',
      kind: 'stat',
      unit: 'ops',
      width: 4,
      queries: [{ expr: `sum(${rate(of('offhook_events_total'))})`, legend: 'events' }],
    },
    {
      title: 'Pending',
      description: 'Deliveries that wait, for their first attempt or the next.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [{ expr: `sum(${ofSubscriptions('offhook_queue_pending')})`, legend: 'pending' }],
    },
    {
      title: 'Oldest pending',
      description:
        'Age of the oldest event that a receiver has not taken. More than a retry or two means that one is in trouble.',
      kind: 'stat',
      unit: 's',
      width: 4,
      queries: [
        { expr: `max(${ofSubscriptions('offhook_queue_oldest_pending_seconds')})`, legend: 'oldest' },
      ],
      warnAbove: 900,
    },
    {
      title: 'Dead letters',
      description:
        'Deliveries that were given up and are still stored. Replay or purge them before journal.retention ends.',
      kind: 'stat',
      unit: 'short',
      width: 3,
      queries: [{ expr: `sum(${ofSubscriptions('offhook_dead_letters')})`, legend: 'dead letters' }],
      warnAbove: 1,
    },
    {
      title: 'Journal',
      description:
        'How much of its quota the fullest journal uses. From 90 % on, delivered events go early; at 100 % nothing is read.',
      kind: 'stat',
      unit: 'percentunit',
      width: 3,
      queries: [
        {
          expr: `max(${of('offhook_journal_bytes', 'part="used"')} / ignoring (part) ${of('offhook_journal_max_bytes')})`,
          legend: 'used',
        },
      ],
      warnAbove: 0.8,
    },
  ],
};
