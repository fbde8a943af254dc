import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { isThere } from '../../../settings/files/is-there.ts';
import { isBusy, isDamaged } from '../../../settings/files/sqlite-code.ts';
import { keepTemporaryFilesIn } from '../../../settings/files/temporary-files.ts';
import { JournalError } from '../database/journal-error.ts';
import { assertKnownSchema, schemaVersion } from '../database/journal-schema.ts';
import { damagedError, JOURNAL_FILE } from '../database/open-journal-database.ts';
import { toWriteError } from '../database/sqlite-fault.ts';

/** A watcher's transactions take milliseconds, an upgrade of the schema perhaps seconds. */
const BUSY_TIMEOUT_MS = 5_000;

export type BesideJournal = {
  /** Absolute. */
  readonly directory: string;
  readonly file: string;
  readonly database: DatabaseSync;
  close(): void;
};

/**
 * Opens a journal beside the watcher that may be running on it. The watcher's lock keeps out a second watcher, not
 * this: SQLite lets other processes read at any time and write between the watcher's transactions, and the watcher
 * looks once a second whether somebody did (foreign-changes.ts). Nothing is created and nothing is upgraded.
 *
 * @throws {JournalError} `directory` when there is no journal, `schema`, `corrupt`.
 * @throws {JournalWriteError} when it cannot be opened, such as `busy`.
 */
export function openBeside(directory: string, access: 'read' | 'write'): BesideJournal {
  const absolute = resolve(directory);
  const file = join(absolute, JOURNAL_FILE);
  const found = isThere(file);
  if (found === 'missing') throw noJournal(absolute);
  if (found !== 'there') throw unreadable(file, new Error(found));
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: access === 'read', timeout: BUSY_TIMEOUT_MS });
    assertKnownSchema(database, file);
    assertNotEmpty(database, file);
    if (access === 'write') {
      database.exec('PRAGMA synchronous = FULL');
      keepTemporaryFilesIn(database, absolute);
    }
    const opened = database;
    return { directory: absolute, file, database, close: () => opened.close() };
  } catch (error) {
    database?.close();
    if (isDamaged(error)) throw damagedError(file, error);
    throw access === 'write' || isBusy(error) ? toWriteError(error, file) : unreadable(file, error);
  }
}

/** Whether a watcher has ever opened a journal there. */
export function hasJournal(directory: string): boolean {
  return isThere(join(directory, JOURNAL_FILE)) !== 'missing';
}

function noJournal(directory: string): JournalError {
  return new JournalError(
    'directory',
    `there is no journal in ${directory}: expected a file ${JOURNAL_FILE}. Name the directory with --journal, or ` +
      'the configuration of the watcher with --config.',
  );
}

function unreadable(file: string, error: unknown): unknown {
  if (error instanceof JournalError) return error;
  const detail = messageOf(error);
  return new JournalError(
    'directory',
    `the journal ${file} cannot be read (${detail}): run this as the user of the watcher.`,
    { cause: error },
  );
}

/** All that is done beside a watcher is done in tables that have been there since the first schema. */
function assertNotEmpty(database: DatabaseSync, file: string): void {
  if (schemaVersion(database) > 0) return;
  throw new JournalError('schema', `the journal ${file} is empty: no watcher has written to it yet.`);
}
