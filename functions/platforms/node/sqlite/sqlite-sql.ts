import type { DatabaseSync } from 'node:sqlite';
import { AUDIT_SCHEMA } from '../../../audit/sql/schema.ts';
import type { Sql, SqlStatement } from '../../../audit/sql/sql.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { type Commit, commitAlone } from './group-commit.ts';
import { createPrepare } from './prepared.ts';

/** SQLITE_CONSTRAINT; its kinds are told apart by the bits above. https://www.sqlite.org/rescode.html */
const CONSTRAINT = 19;

/**
 * Statements on the receiver's own database; creates the audit tables where they are missing.
 *
 * @param commit what is written together with what others write. Alone by default.
 */
export function createSqliteSql(database: DatabaseSync, commit: Commit = commitAlone): Sql {
  for (const statement of AUDIT_SCHEMA) database.exec(statement);
  const prepare = createPrepare(database);
  const runAll = (statements: readonly SqlStatement[]) => {
    for (const { text, values } of statements) prepare(text).run(...values);
  };
  return {
    all: async (text, values) => prepare(text).all(...values),
    write: async (statements) => {
      try {
        await commit(() => allOrNothing(database, () => runAll(statements)));
        return 'written';
      } catch (error) {
        if (isConstraint(error)) return 'conflict';
        throw error;
      }
    },
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
