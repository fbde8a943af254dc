import type { DatabaseSync } from 'node:sqlite';
import { integerOf, nullable, textOf } from './column.ts';

/** State of one subscription's queue. `oldestPendingMs`: how long its oldest undelivered event has been stored. */
export type QueueDepth = {
  readonly subscription: string;
  readonly pending: number;
  readonly dead: number;
  readonly oldestPendingMs: number | null;
};

/** An event that will not be delivered, and why. `atMs`: wall time at which it was given up. */
export type DeadLetter = {
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
  const selectQueues = database.prepare(
    `SELECT q.subscription, q.pending, q.dead, e.stored_at_ms FROM (
       SELECT subscription, SUM(state = 'pending') AS pending, SUM(state = 'dead') AS dead,
         MIN(CASE state WHEN 'pending' THEN sequence END) AS oldest
       FROM (SELECT subscription, sequence, state FROM delivery WHERE state = 'pending'
             UNION ALL SELECT subscription, sequence, state FROM delivery WHERE state = 'dead')
       GROUP BY subscription) AS q
     LEFT JOIN event AS e ON e.sequence = q.oldest ORDER BY q.subscription`,
  );
  const selectDead = database.prepare(
    `SELECT d.sequence, e.id, e.type, d.attempts, d.last_outcome, d.changed_at_ms
     FROM delivery AS d JOIN event AS e USING (sequence)
     WHERE d.subscription = ? AND d.state = 'dead' AND d.sequence > ? ORDER BY d.sequence LIMIT ?`,
  );
  return {
    queues: () =>
      selectQueues.all().map((row) => {
        const storedAtMs = nullable(integerOf, row, 'stored_at_ms');
        return {
          subscription: textOf(row, 'subscription'),
          pending: integerOf(row, 'pending'),
          dead: integerOf(row, 'dead'),
          oldestPendingMs: storedAtMs === null ? null : Math.max(0, steadyMs() - storedAtMs),
        };
      }),
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
