import type { Alert } from './alert.ts';

/** The journal, its quota and its disk. */
export const JOURNAL_ALERTS: readonly Alert[] = [
  {
    name: 'OffhookJournalFilling',
    expr: 'offhook_journal_bytes{part="used"} / ignoring (part) offhook_journal_max_bytes > 0.8',
    after: '15m',
    severity: 'warning',
    summary: 'The journal of {{ $labels.instance }} is {{ $value | humanizePercentage }} full',
    description: 'From 90 % on, delivered events go before their retention; what remains is undelivered.',
  },
  {
    name: 'OffhookJournalFull',
    expr: 'offhook_journal_full == 1',
    after: '1m',
    severity: 'critical',
    summary: 'The journal of {{ $labels.instance }} has reached its quota, nothing is read',
    description: 'Make room before the API server forgets what happens meanwhile, usually within minutes.',
  },
  {
    name: 'OffhookJournalDiskFailing',
    expr: 'offhook_journal_writable == 0',
    after: '1m',
    severity: 'critical',
    summary: 'The disk of the journal of {{ $labels.instance }} takes nothing',
    description: 'It is full, or it failed. Nothing is read meanwhile; see the log.',
  },
];
