import type { DatabaseSync } from 'node:sqlite';
import type { Outage } from '../../delivery/delivery-store.ts';
import { integerOf, textOf } from '../database/column.ts';

/** Which receivers fail as a whole; known again after a restart. */
interface OutageRecords {
  /** null where the receiver took what it got last. Time in which no process ran does not count. */
  read(subscription: string): Outage | null;
  /** Part of a transaction that is under way; null: it fails no longer. */
  save(subscription: string, outage: Outage | null): void;
}

export function createOutageRecords(database: DatabaseSync, steadyMs: () => number): OutageRecords {
  const select = database.prepare('SELECT * FROM outage WHERE subscription = ?');
  const replace = database.prepare('INSERT OR REPLACE INTO outage VALUES (?, ?, ?, ?, ?, ?, ?)');
  const forget = database.prepare('DELETE FROM outage WHERE subscription = ?');
  return {
    read(subscription) {
      const row = select.get(subscription);
      return row === undefined ? null : outageFrom(row, steadyMs());
    },
    save(subscription, outage) {
      if (outage === null) return void forget.run(subscription);
      const nowMs = Math.round(steadyMs());
      const { rounds, failures, reason } = outage;
      const sinceMs = Math.round(nowMs - outage.forMs);
      replace.run(
        subscription,
        sinceMs,
        nowMs,
        rounds,
        failures,
        Math.round(nowMs + outage.nextInMs),
        reason,
      );
    },
  };
}

/** @param nowMs steady time of the journal, or wall time beside a watcher. */
export function outageFrom(row: Parameters<typeof integerOf>[0], nowMs: number): Outage {
  return {
    forMs: Math.max(0, integerOf(row, 'seen_at_ms') - integerOf(row, 'since_ms')),
    rounds: integerOf(row, 'rounds'),
    failures: integerOf(row, 'failures'),
    nextInMs: Math.max(0, integerOf(row, 'next_at_ms') - nowMs),
    reason: textOf(row, 'reason'),
  };
}
