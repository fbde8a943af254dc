import { readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Sql } from './sql.ts';

const SCHEMA = new URL('./migrations/0001_audit.sql', import.meta.url);

/** Statements on the receiver's own database; creates the audit tables where they are missing. */
export function createSqliteSql(database: DatabaseSync): Sql {
  database.exec(readFileSync(SCHEMA, 'utf8'));
  return {
    all: async (statement, values) => database.prepare(statement).all(...values),
  };
}
