import type { DatabaseSync } from 'node:sqlite';
import { integerOf } from '../database/column.ts';

/**
 * The newest sequence number that was ever given; 0 before the first. It is not written with every event, which would be
 * one more page of every small transaction: only the removal of the newest event notes it (trigger `event_newest`).
 */
export function createLastSequence(database: DatabaseSync): () => number {
  const select = database.prepare(
    `SELECT MAX(value, COALESCE((SELECT MAX(sequence) FROM event), 0)) AS last FROM fact
     WHERE name = 'last_sequence'`,
  );
  return () => integerOf(select.get(), 'last');
}
