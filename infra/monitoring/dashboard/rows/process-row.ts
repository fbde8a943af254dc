import { of, ofWatchers, rate } from '../panel/chosen-series.ts';
import type { PanelRow } from '../panel/panel.ts';

/** What a watcher takes of its machine. */
export const PROCESS_ROW: PanelRow = {
  title: 'Process',
  height: 7,
  panels: [
    {
      title: 'Memory',
      description: 'Resident memory of each watcher. Compare it with the limit of the container.',
      kind: 'timeseries',
      unit: 'bytes',
      width: 8,
      queries: [{ expr: ofWatchers('process_resident_memory_bytes'), legend: '{{instance}}' }],
    },
    {
      title: 'CPU',
      description: 'Cores that each watcher uses. One is the most that its event loop can.',
      kind: 'timeseries',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: `${rate(of('process_cpu_seconds_total'))} and on (instance, job) ${of('offhook_build_info')}`,
          legend: '{{instance}}',
        },
      ],
    },
    {
      title: 'Event loop',
      description:
        'Share of the time that the event loop works. Above 0.8 for minutes: one watcher a node, or fewer subscriptions.',
      kind: 'timeseries',
      unit: 'percentunit',
      width: 8,
      queries: [{ expr: ofWatchers('nodejs_eventloop_utilization_ratio'), legend: '{{instance}}' }],
      warnAbove: 0.8,
    },
  ],
};
