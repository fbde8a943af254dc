import { closeSync, existsSync, fdatasyncSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { databaseFileFault } from '../../../settings/files/database-file.ts';
import { makeDatabasePrivate } from '../../../settings/files/private-file.ts';
import { isDamaged } from '../../../settings/files/sqlite-code.ts';
import { keepTemporaryFilesIn } from '../../../settings/files/temporary-files.ts';
import { pageSize } from './database-size.ts';
import { JournalError } from './journal-error.ts';
import { assertKnownSchema, migrate } from './journal-schema.ts';
import { toWriteError } from './sqlite-fault.ts';

/** Name of the database in a journal directory. */
export const JOURNAL_FILE = 'journal.db';
/** How long to wait for a lock of another program before a write fails; the watch stands still meanwhile. */
const BUSY_TIMEOUT_MS = 1000;
/** What the write-ahead log may keep on disk after a checkpoint. */
const WAL_LIMIT_BYTES = 16 * 1024 * 1024;
/**
 * Pages of a new journal; an older one keeps those of 4 KiB. SQLite writes each page of a transaction by two system calls,
 * and again at a checkpoint, and an event takes a third of 4 KiB: with pages twice as large there is half of that.
 */
const PAGE_BYTES = 8_192;
/**
 * What the write-ahead log holds before it goes to the database: twice SQLite's default. That is done within a commit, while
 * all else waits: 16 MiB took 50 to 90 ms on a busy machine.
 */
const CHECKPOINT_BYTES = 8 * 1024 * 1024;
/**
 * Under load a transaction touches more pages than SQLite's default of 2 MiB holds, and hardly one more than this. It is filled
 * within minutes at any rate, and stays so: with twice as much a watcher takes 4 MiB more and stores nothing sooner.
 */
const CACHE_KIB = 4_096;
/** A larger database is not checked as a whole at start-up: reading it would take seconds. */
const CHECK_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * Opens the journal's database, creating or upgrading it. A write-ahead log that a crash left behind is recovered
 * by SQLite; what was committed before the crash is there.
 *
 * WAL with synchronous=FULL: a commit returns after fsync, unless its writer wants otherwise, and readers never block it.
 *
 * @throws {JournalError} `directory` when a file of it cannot be one, `corrupt` or `schema`.
 * @throws {JournalWriteError} when it cannot be created or upgraded, such as `full`.
 */
export function openJournalDatabase(directory: string): {
  readonly database: DatabaseSync;
  readonly file: string;
} {
  const file = join(directory, JOURNAL_FILE);
  let database: DatabaseSync | undefined;
  try {
    makeDatabasePrivate(file);
    const fault = databaseFileFault(file);
    if (fault !== null) throw new JournalError('directory', `the journal cannot be used: ${fault}.`);
    syncLog(`${file}-wal`);
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    assertKnownSchema(database, file);
    assertIntact(database, file);
    database.exec(`PRAGMA page_size = ${PAGE_BYTES}; PRAGMA journal_mode = WAL`);
    database.exec(`
      PRAGMA synchronous = FULL;
      PRAGMA journal_size_limit = ${WAL_LIMIT_BYTES};
      PRAGMA wal_autocheckpoint = ${Math.floor(CHECKPOINT_BYTES / pageSize(database))};
      PRAGMA cache_size = -${CACHE_KIB};
    `);
    keepTemporaryFilesIn(database, directory);
    migrate(database);
    return { database, file };
  } catch (error) {
    database?.close();
    throw isDamaged(error) ? damagedError(file, error) : toWriteError(error, file);
  }
}

/**
 * What a process had committed when it was killed is read from the log, and goes out: it may have died between the write and
 * the fsync.
 *
 * @throws what the file system says.
 */
function syncLog(file: string): void {
  if (!existsSync(file)) return;
  const descriptor = openSync(file, 'r+');
  try {
    fdatasyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function assertIntact(database: DatabaseSync, file: string): void {
  if (statSync(file).size > CHECK_LIMIT_BYTES) return;
  const found = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  if (found !== 'ok') throw damagedError(file, new Error(String(found)));
}

/** What to do about a damaged database. */
export function damagedError(file: string, cause: unknown): JournalError {
  const detail = messageOf(cause);
  return new JournalError(
    'corrupt',
    `the journal ${file} is damaged (${detail}). Restore the directory from a backup; or move it away: the watcher ` +
      'then starts from the present state of the cluster, and the undelivered events in it are not sent.',
    { cause },
  );
}
