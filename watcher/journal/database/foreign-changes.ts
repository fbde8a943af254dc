import type { DatabaseSync } from 'node:sqlite';
import { integerOf } from './column.ts';

/**
 * Runs `work` when another process has changed the database since the last time it ran to its end; null otherwise.
 * Asking costs a look at shared memory.
 *
 * @see https://www.sqlite.org/pragma.html#pragma_data_version
 */
type WhenChanged = <T>(work: () => T) => T | null;

export function createForeignChanges(database: DatabaseSync): WhenChanged {
  const select = database.prepare('PRAGMA data_version');
  const version = () => integerOf(select.get(), 'data_version');
  let seen = version();
  return (work) => {
    const now = version();
    if (now === seen) return null;
    const result = work();
    seen = now;
    return result;
  };
}
