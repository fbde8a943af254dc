import type { DatabaseSync } from 'node:sqlite';
import type { Outage } from '../../delivery/delivery-store.ts';
import { integerOf, nullable, textOf } from '../database/column.ts';
import { HELD_MS, schemaVersion } from '../database/journal-schema.ts';
import { outageFrom } from './outage-records.ts';

/** How a subscription fails, read beside a watcher; times are wall time in milliseconds. */
type Failures = {
  readonly outage: Outage | null;
  readonly lastError: { readonly reason: string; readonly atMs: number } | null;
  /** When the first of its deliveries has waited for its own timer; null when none waits for one. */
  readonly nextDueMs: number | null;
};

/** For status, which asks once for each subscription. */
export function readFailures(database: DatabaseSync, nowMs: number): (subscription: string) => Failures {
  // A journal that no watcher has brought up to date yet has no such table.
  const selectOutage =
    schemaVersion(database) < 5 ? null : database.prepare('SELECT * FROM outage WHERE subscription = ?');
  const latest = (state: 'pending' | 'dead') =>
    `SELECT last_outcome, changed_at_ms FROM delivery
     WHERE subscription = $name AND state = '${state}' AND last_outcome IS NOT NULL`;
  const selectError = database.prepare(
    `${latest('pending')} UNION ALL ${latest('dead')} ORDER BY changed_at_ms DESC LIMIT 1`,
  );
  const selectNext = database.prepare(
    `SELECT MIN(not_before_ms) AS next FROM delivery
     WHERE subscription = ? AND state = 'pending' AND not_before_ms < ${HELD_MS}`,
  );
  return (subscription) => {
    const outage = selectOutage?.get(subscription);
    const error = selectError.get({ $name: subscription });
    return {
      outage: outage === undefined ? null : outageFrom(outage, nowMs),
      lastError:
        (error && {
          reason: textOf(error, 'last_outcome'),
          atMs: integerOf(error, 'changed_at_ms'),
        }) ||
        null,
      nextDueMs: nullable(integerOf, selectNext.get(subscription), 'next'),
    };
  };
}
