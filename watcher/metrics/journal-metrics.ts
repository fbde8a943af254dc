import { Counter, Gauge, type Registry } from 'prom-client';
import type { Readings } from './readings.ts';

/** Why the watcher itself removed events. */
type RemovalReason = 'retention' | 'quota';

export interface JournalMetrics {
  onRemoved(reason: RemovalReason, events: number): void;
  set(readings: Readings): void;
}

/** The journal as a file, and what keeps it small. */
export function createJournalMetrics(registry: Registry): JournalMetrics {
  const registers = [registry];
  const bytes = new Gauge({
    name: 'offhook_journal_bytes',
    help: 'Size of the journal: used pages (what the quota counts), the database file, the write-ahead log',
    labelNames: ['part'] as const,
    registers,
  });
  const limit = new Gauge({
    name: 'offhook_journal_max_bytes',
    help: 'The quota, journal.maxBytes',
    registers,
  });
  const full = new Gauge({
    name: 'offhook_journal_full',
    help: '1 while the quota is reached and the watch stands still',
    registers,
  });
  const writable = new Gauge({
    name: 'offhook_journal_writable',
    help: '0 while the disk of the journal does not take what is written',
    registers,
  });
  const removed = new Counter({
    name: 'offhook_journal_removed_events_total',
    help: 'Events removed from the journal, after their retention or, delivered ones only, before it for room',
    labelNames: ['reason'] as const,
    registers,
  });
  for (const reason of ['retention', 'quota']) removed.inc({ reason }, 0);

  return {
    onRemoved: (reason, events) => removed.inc({ reason }, events),
    set({ journal, writable: isWritable }) {
      for (const part of ['used', 'file', 'wal'] as const) bytes.set({ part }, journal.bytes[part]);
      limit.set(journal.maxBytes);
      full.set(journal.full ? 1 : 0);
      writable.set(isWritable ? 1 : 0);
    },
  };
}
