import { DatabaseSync } from 'node:sqlite';
import { createSqliteSql } from '../../functions/platforms/node/sqlite/sqlite-sql.ts';
import { type HistoryPlan, sampleHistory } from './sample-history.ts';

const BATCH = 5_000;
const ADD = `INSERT INTO audit_records (stream, position, previous_hash, hash, record_id, content, body)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

/** Writes a history into a new database file, in one piece afterwards. Nothing is durable on the way. */
export function loadHistory(file: string, plan: HistoryPlan): void {
  const database = new DatabaseSync(file);
  // D1 has pages of 4 kB, and gets the same file.
  database.exec(
    'PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000;',
  );
  createSqliteSql(database);
  const add = database.prepare(ADD);
  let open = 0;
  for (const { stream, position, previousHash, hash, recordId, content, body } of sampleHistory(plan)) {
    if (open === 0) database.exec('BEGIN');
    add.run(stream, position, previousHash, hash, recordId, content, body ?? null);
    open = (open + 1) % BATCH;
    if (open === 0) database.exec('COMMIT');
  }
  if (database.isTransaction) database.exec('COMMIT');
  database.close();
}
