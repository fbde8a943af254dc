import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createSqlAuditReader } from '../../functions/audit/sql/sql-audit-reader.ts';
import { eventIdOf } from '../../functions/audit-api/read-chain-page.ts';
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
import { type AuditSource, AuditSourceError } from './audit-source.ts';

/** A receiver recovering its database after a crash holds it for moments only. */
const BUSY_TIMEOUT_MS = 5_000;
const PAGE = 1_000;
const MOST_INDEX_FAULTS = 10;

/**
 * The audit trail in a receiver's data directory, beside the receiver that may be running. Everything is read as of one
 * moment: that of opening.
 *
 * @throws AuditSourceError when there is none, or it cannot be read.
 */
export function openDatabaseSource(dataDir: string): AuditSource {
  const file = join(resolve(dataDir), DATABASE_FILE);
  assertThere(file);
  const database = open(file);
  const reader = createSqlAuditReader({
    all: async (text, values) => translated(file, () => database.prepare(text).all(...values)),
    write: async () => {
      throw new Error('the audit trail is only read here');
    },
  });
  return {
    moves: false,
    streams: reader.streams,
    faults: async () => [...(await reader.faults()), ...translated(file, () => indexFaults(database))],
    async *entries(stream, { after, bodies }) {
      let last: number | undefined = after;
      while (last !== undefined) {
        const records = await reader.chain(stream, { after: last, limit: PAGE });
        for (const record of records) {
          const eventId = bodies ? eventIdOf(record.content) : null;
          yield eventId === null ? { record } : { record, body: await reader.body(eventId) };
        }
        const next: number | undefined = records.at(-1)?.position;
        if (next !== undefined && next <= last) {
          throw new AuditSourceError(
            `${file} holds a position of ${stream} that is no number: somebody has changed it`,
          );
        }
        last = next;
      }
    },
    list: reader.list,
    close: () => database.close(),
  };
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

/** An index that leaves a row out, or files it elsewhere, answers questions wrongly while every row is as it was. */
function indexFaults(database: DatabaseSync): readonly string[] {
  const rows = database.prepare(`PRAGMA integrity_check('audit_records')`).all();
  const found = rows.flatMap((row) => Object.values(row)).map(String);
  return found.filter((line) => line !== 'ok').slice(0, MOST_INDEX_FAULTS);
}

function open(file: string): DatabaseSync {
  return translated(file, () => {
    const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      // One read transaction until the end: a page more of a chain must not be another chain's.
      database.exec('BEGIN; SELECT 1 FROM audit_records LIMIT 1;');
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

function translated<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (sqliteCode(error) === null) throw error;
    const advice = adviceFor(error);
    throw new AuditSourceError(`${file} cannot be read (${messageOf(error)}): ${advice}`, { cause: error });
  }
}

function adviceFor(error: unknown): string {
  // Of queries that are right, only a table or a column that is not there gives it.
  if (primarySqliteCode(error) === SQLITE.ERROR) return 'no receiver of this version has written to it yet';
  if (isBusy(error)) return 'a receiver of an earlier version runs on it; restart it with this one';
  if (isDamaged(error)) return 'the file is damaged; restore it from a backup';
  return 'run this as the user of the receiver';
}
