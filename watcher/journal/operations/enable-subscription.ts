import type { DatabaseSync } from 'node:sqlite';
import { textOf } from '../database/column.ts';
import type { Writer } from '../database/writer.ts';

/**
 * Takes back that a receiver ended its subscription. What became a dead letter meanwhile stays one.
 *
 * @returns why it was disabled; null when it was not, and then nothing is changed.
 */
export function enableSubscription(
  database: DatabaseSync,
  writer: Writer,
  subscription: string,
): string | null {
  const enable = database.prepare(
    'DELETE FROM subscription WHERE name = ? AND disabled_why IS NOT NULL RETURNING disabled_why',
  );
  const row = writer.transaction(() => enable.get(subscription));
  return row === undefined ? null : textOf(row, 'disabled_why');
}
