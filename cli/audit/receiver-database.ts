import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Sql } from '../../functions/audit/sql/sql.ts';
import { DATABASE_FILE } from '../../functions/platforms/node/sqlite/open-database.ts';
import { messageOf } from '../../settings/ambient/describe-error.ts';
import { isThere } from '../../settings/files/is-there.ts';
import {
  isBusy,
  isDamaged,
  primarySqliteCode,
  SQLITE,
  sqliteCode,
} from '../../settings/files/sqlite-code.ts';
import { AuditSourceError } from './audit-source.ts';

/** A receiver recovering its database after a crash holds it for moments only. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * The database of a receiver on Node, beside the receiver that may be running.
 *
 * @property translated runs what asks it; whatever SQLite fails with says which file, and what to do.
 */
type ReceiverDatabase = {
  readonly file: string;
  readonly database: DatabaseSync;
  translated<T>(work: () => T): T;
  /** For what only reads. */
  readonly sql: Sql;
};

/**
 * @property access `moment`: everything is read as of the moment of opening. `read`: each question as of its own.
 *   `write`: that, and statements that write.
 * @throws AuditSourceError when there is none, or it cannot be opened so.
 */
export function openReceiverDatabase(dataDir: string, access: 'moment' | 'read' | 'write'): ReceiverDatabase {
  const file = join(resolve(dataDir), DATABASE_FILE);
  assertThere(file);
  const translated = <T>(work: () => T): T => translate(file, access, work);
  const database = translated(() => open(file, access));
  const sql: Sql = {
    all: async (text, values) => translated(() => database.prepare(text).all(...values)),
    write: async () => {
      throw new Error('the audit trail is only read here');
    },
  };
  return { file, database, translated, sql };
}

function assertThere(file: string): void {
  const found = isThere(file);
  if (found === 'there') return;
  if (found !== 'missing') {
    throw new AuditSourceError(
      `${file} cannot be looked at (${found}): run this as the user of the receiver`,
    );
  }
  throw new AuditSourceError(
    `there is no ${DATABASE_FILE} in ${dirname(file)}: is it a receiver's data directory?`,
  );
}

function open(file: string, access: 'moment' | 'read' | 'write'): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: access !== 'write', timeout: BUSY_TIMEOUT_MS });
  try {
    // One read transaction until the end: a page more of a chain must not be another chain's.
    database.exec(`${access === 'moment' ? 'BEGIN; ' : ''}SELECT 1 FROM audit_records LIMIT 1;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function translate<T>(file: string, access: 'moment' | 'read' | 'write', work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (sqliteCode(error) === null) throw error;
    const what = access === 'write' ? 'written' : 'read';
    throw new AuditSourceError(`${file} cannot be ${what} (${messageOf(error)}): ${adviceFor(error)}`, {
      cause: error,
    });
  }
}

function adviceFor(error: unknown): string {
  // Of queries that are right, only a table or a column that is not there gives it.
  if (primarySqliteCode(error) === SQLITE.ERROR) return 'no receiver of this version has written to it yet';
  if (isBusy(error)) return 'a receiver of an earlier version runs on it; restart it with this one';
  if (isDamaged(error)) return 'the file is damaged; restore it from a backup';
  return 'run this as the user of the receiver';
}
