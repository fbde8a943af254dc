import { of } from '../panel/chosen-series.ts';
import type { PanelRow } from '../panel/panel.ts';

/** How large the journal is, and what keeps it small. */
export const JOURNAL_ROW: PanelRow = {
  title: 'Journal',
  height: 7,
  panels: [
    {
      title: 'Size',
      description:
        'used: what the quota counts. file: the database, which never shrinks. wal: the log beside it. quota: journal.maxBytes.',
      kind: 'timeseries',
      unit: 'bytes',
      width: 12,
      queries: [
        { expr: `max by (part) (${of('offhook_journal_bytes')})`, legend: '{{part}}' },
        { expr: `min(${of('offhook_journal_max_bytes')})`, legend: 'quota' },
      ],
    },
    {
      title: 'Removed events',
      description:
        'Events that the watcher removed in an hour. quota: delivered ones, before their retention, because the journal was nearly full.',
      kind: 'timeseries',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: `sum by (reason) (increase(${of('offhook_journal_removed_events_total')}[1h]))`,
          legend: '{{reason}}',
        },
      ],
    },
  ],
};
