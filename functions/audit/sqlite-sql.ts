import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { AUDIT_SCHEMA } from './schema.ts';
import type { Sql } from './sql.ts';

/** SQLITE_CONSTRAINT; its kinds are told apart by the bits above. https://www.sqlite.org/rescode.html */
const CONSTRAINT = 19;
/** Texts differ by which filters are given; what is asked again and again stays prepared. */
const MOST_PREPARED = 100;

/** Statements on the receiver's own database; creates the audit tables where they are missing. */
export function createSqliteSql(database: DatabaseSync): Sql {
  for (const statement of AUDIT_SCHEMA) database.exec(statement);
  const prepare = createPrepare(database);
  return {
    all: async (text, values) => prepare(text).all(...values),
    write: async (statements) => {
      database.exec('BEGIN IMMEDIATE');
      try {
        for (const { text, values } of statements) prepare(text).run(...values);
        database.exec('COMMIT');
        return 'written';
      } catch (error) {
        // Some errors, a full disk for one, have ended the transaction already.
        if (database.isTransaction) database.exec('ROLLBACK');
        if (isConstraint(error)) return 'conflict';
        throw error;
      }
    },
  };
}

function createPrepare(database: DatabaseSync): (text: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (text) => {
    const known = prepared.get(text);
    if (known !== undefined) return known;
    if (prepared.size >= MOST_PREPARED) prepared.clear();
    const statement = database.prepare(text);
    prepared.set(text, statement);
    return statement;
  };
}

function isConstraint(error: unknown): boolean {
  return (
    error instanceof Error &&
    'errcode' in error &&
    typeof error.errcode === 'number' &&
    (error.errcode & 0xff) === CONSTRAINT
  );
}
