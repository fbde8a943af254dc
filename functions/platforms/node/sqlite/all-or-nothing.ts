import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in a transaction of its own. Inside somebody else's it is a part of that, and theirs to undo.
 *
 * @throws whatever the work or the database throws; nothing is written then.
 */
export function allOrNothing<T>(database: DatabaseSync, work: () => T): T {
  if (database.isTransaction) return work();
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // Some errors, a full disk for one, have ended the transaction already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
