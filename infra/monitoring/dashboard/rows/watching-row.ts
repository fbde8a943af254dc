import { of, rate } from '../panel/chosen-series.ts';
import type { PanelRow } from '../panel/panel.ts';

/** What is learned of the cluster, and how well. */
export const WATCHING_ROW: PanelRow = {
  title: 'Watching the cluster',
  height: 7,
  panels: [
    {
      title: 'Events by hook',
      description: 'Events stored a second, by hook.',
      kind: 'timeseries',
      unit: 'ops',
      width: 8,
      queries: [{ expr: `sum by (hook) (${rate(of('offhook_events_total'))})`, legend: '{{hook}}' }],
      stacked: true,
    },
    {
      title: 'How events were learned',
      description:
        'status: seen as it happened. event: from a kubelet Event. recovered: from a later state or a list. inferred: nobody saw it. More of the last two means an interrupted watch.',
      kind: 'timeseries',
      unit: 'ops',
      width: 8,
      queries: [
        { expr: `sum by (observation) (${rate(of('offhook_events_total'))})`, legend: '{{observation}}' },
      ],
      stacked: true,
    },
    {
      title: 'Time since the watch moved',
      description:
        'Since the resourceVersion last moved or the API server said that nothing has happened. Pods have a bookmark every minute; Events may be quiet for ten.',
      kind: 'timeseries',
      unit: 's',
      width: 8,
      queries: [
        {
          expr: `time() - max by (instance, resource) (${of('offhook_watch_last_progress_timestamp_seconds')})`,
          legend: '{{resource}} {{instance}}',
        },
      ],
      warnAbove: 180,
    },
    {
      title: 'Interruptions',
      description: 'Lists and watches that ended in an hour, by why. closed is part of normal life.',
      kind: 'timeseries',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: `sum by (resource, cause) (increase(${of('offhook_watch_restarts_total')}[1h]))`,
          legend: '{{resource}} {{cause}}',
        },
      ],
    },
    {
      title: 'Gaps, missed changes, Pods left aside',
      description:
        'All of them are 0 in a healthy cluster. Gaps: history that the API server no longer had. Missed: changes that only a full list brought to light. Left aside: Pods that cannot be read.',
      kind: 'timeseries',
      unit: 'short',
      width: 12,
      queries: [
        { expr: `sum(increase(${of('offhook_gaps_total')}[1h]))`, legend: 'gaps in an hour' },
        {
          expr: `sum(increase(${of('offhook_watch_missed_changes_total')}[1h]))`,
          legend: 'missed changes in an hour',
        },
        { expr: `sum(${of('offhook_watch_pods_set_aside')})`, legend: 'Pods left aside' },
      ],
    },
  ],
};
