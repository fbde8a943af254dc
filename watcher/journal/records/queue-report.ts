import type { DatabaseSync } from 'node:sqlite';
import { integerOf, textOf } from '../database/column.ts';

/** State of one subscription's queue. `oldestPendingMs`: how long its oldest undelivered event has been stored. */
export type QueueDepth = {
  readonly subscription: string;
  readonly pending: number;
  readonly dead: number;
  readonly oldestPendingMs: number | null;
};

/** An event that will not be delivered, and why. `atMs`: wall time at which it was given up. */
type DeadLetter = {
  readonly sequence: number;
  readonly eventId: string;
  readonly type: string;
  readonly attempts: number;
  readonly why: string;
  readonly atMs: number;
};

export interface QueueReport {
  /** Every subscription with something pending or dead, also those no longer configured. */
  queues(): readonly QueueDepth[];
  /** Dead letters in the order of their events; `after` is a sequence number to go on from. */
  deadLetters(
    subscription: string,
    page: { readonly after: number; readonly limit: number },
  ): readonly DeadLetter[];
}

/** Looks at the queues for metrics and for people; `steadyMs` is the journal's clock. */
export function createQueueReport(database: DatabaseSync, steadyMs: () => number): QueueReport {
  // Each is one pass over a partial index: 0.1 ms for a thousand deliveries.
  const selectPending = database.prepare(
    `SELECT subscription, count(*) AS n, MIN(sequence) AS oldest FROM delivery INDEXED BY delivery_due
     WHERE state = 'pending' GROUP BY subscription`,
  );
  const selectDeadCounts = database.prepare(
    `SELECT subscription, count(*) AS n FROM delivery INDEXED BY delivery_dead
     WHERE state = 'dead' GROUP BY subscription`,
  );
  const selectStoredAt = database.prepare('SELECT stored_at_ms FROM event WHERE sequence = ?');
  const selectDead = database.prepare(
    `SELECT d.sequence, e.id, e.type, d.attempts, d.last_outcome, d.changed_at_ms
     FROM delivery AS d JOIN event AS e USING (sequence)
     WHERE d.subscription = ? AND d.state = 'dead' AND d.sequence > ? ORDER BY d.sequence LIMIT ?`,
  );

  function ageOf(sequence: number): number | null {
    const row = selectStoredAt.get(sequence);
    return row === undefined ? null : Math.max(0, steadyMs() - integerOf(row, 'stored_at_ms'));
  }

  return {
    queues() {
      const pending = new Map(selectPending.all().map((row) => [textOf(row, 'subscription'), row]));
      const dead = new Map(
        selectDeadCounts.all().map((row) => [textOf(row, 'subscription'), integerOf(row, 'n')]),
      );
      return [...new Set([...pending.keys(), ...dead.keys()])].sort().map((subscription) => {
        const row = pending.get(subscription);
        return {
          subscription,
          pending: row === undefined ? 0 : integerOf(row, 'n'),
          dead: dead.get(subscription) ?? 0,
          oldestPendingMs: row === undefined ? null : ageOf(integerOf(row, 'oldest')),
        };
      });
    },
    deadLetters: (subscription, { after, limit }) =>
      selectDead.all(subscription, after, limit).map((row) => ({
        sequence: integerOf(row, 'sequence'),
        eventId: textOf(row, 'id'),
        type: textOf(row, 'type'),
        attempts: integerOf(row, 'attempts'),
        why: textOf(row, 'last_outcome'),
        atMs: integerOf(row, 'changed_at_ms'),
      })),
  };
}
