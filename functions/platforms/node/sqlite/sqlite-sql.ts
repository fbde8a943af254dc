import type { DatabaseSync } from 'node:sqlite';
import { primarySqliteCode, SQLITE } from '../../../../settings/files/sqlite-code.ts';
import { AUDIT_SCHEMA } from '../../../audit/sql/schema.ts';
import type { Sql, SqlStatement } from '../../../audit/sql/sql.ts';
import { allOrNothing } from './all-or-nothing.ts';
import { type Commit, commitAlone } from './group-commit.ts';
import { createPrepare } from './prepared.ts';

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
        if (primarySqliteCode(error) === SQLITE.CONSTRAINT) return 'conflict';
        throw error;
      }
    },
  };
}
