import type { DatabaseSync } from 'node:sqlite';
import { integerOf, nullable } from '../database/column.ts';
import { OVER_QUOTA } from '../database/journal-schema.ts';

/** An event as those see it who decide whether it may go. `settledAtMs`: when its last delivery changed. */
export type SweptEvent = {
  readonly sequence: number;
  readonly storedAtMs: number;
  readonly pending: number;
  readonly dead: number;
  /** Of {@link dead}, those that are so only because more could not wait of their tenant. */
  readonly overQuota: number;
  readonly settledAtMs: number | null;
};

export interface Sweep {
  /** The next `limit` events after a sequence number, in order, whatever their state. */
  next(after: number, limit: number): readonly SweptEvent[];
  /**
   * Removes events with all that belongs to them. Part of a transaction that is under way. One that another process
   * has queued again since it was looked at stays.
   */
  remove(events: readonly SweptEvent[]): void;
}

/** Walks through the stored events a bounded number at a time, so that the watch never waits long for it. */
export function createSweep(database: DatabaseSync): Sweep {
  const selectNext = database.prepare(
    `SELECT e.sequence, e.stored_at_ms, MAX(d.changed_at_ms) AS settled_at_ms,
       COALESCE(SUM(d.state = 'pending'), 0) AS pending, COALESCE(SUM(d.state = 'dead'), 0) AS dead,
       COALESCE(SUM(d.state = 'dead' AND d.last_outcome GLOB '${OVER_QUOTA}*'), 0) AS over_quota
     FROM (SELECT sequence, stored_at_ms FROM event WHERE sequence > ? ORDER BY sequence LIMIT ?) AS e
     LEFT JOIN delivery AS d USING (sequence) GROUP BY e.sequence ORDER BY e.sequence`,
  );
  const selectPending = database.prepare(
    "SELECT 1 FROM delivery WHERE sequence = ? AND state = 'pending' LIMIT 1",
  );
  const deletes = ['attempt', 'delivery', 'event'].map((table) =>
    database.prepare(`DELETE FROM ${table} WHERE sequence = ?`),
  );
  return {
    next: (after, limit) =>
      selectNext.all(after, limit).map((row) => ({
        sequence: integerOf(row, 'sequence'),
        storedAtMs: integerOf(row, 'stored_at_ms'),
        pending: integerOf(row, 'pending'),
        dead: integerOf(row, 'dead'),
        overQuota: integerOf(row, 'over_quota'),
        settledAtMs: nullable(integerOf, row, 'settled_at_ms'),
      })),
    remove(events) {
      for (const { sequence } of events) {
        if (selectPending.get(sequence) !== undefined) continue;
        for (const statement of deletes) statement.run(sequence);
      }
    },
  };
}
