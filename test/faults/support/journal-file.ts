import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';

export type JournalFile = {
  /** Takes SQLite's write lock; the watcher can read the journal, but every commit of it has to wait. */
  hold(): void;
  /** Any number of times. */
  release(): void;
  /** Rows of the journal as committed. */
  rows(sql: string): readonly Record<string, unknown>[];
};

/** The database of a journal, opened beside the watcher that owns it. */
export function openJournalFile(directory: string): JournalFile {
  const database = new DatabaseSync(join(directory, 'journal.db'), { timeout: 5_000 });
  onTestFinished(() => database.close());
  return {
    hold: () => database.exec('BEGIN IMMEDIATE'),
    release() {
      if (database.isTransaction) database.exec('ROLLBACK');
    },
    rows: (sql) => database.prepare(sql).all(),
  };
}
