import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../../settings/ambient/describe-error.ts';
import { databaseFileFault } from '../../../settings/files/database-file.ts';
import { makePrivate } from '../../../settings/files/private-file.ts';
import { readBounded } from '../../../settings/files/read-bounded.ts';
import { isBusy } from '../../../settings/files/sqlite-code.ts';
import { JournalError } from './journal-error.ts';

const LOCK_FILE = 'journal.lock';
const OWNER_FILE = 'journal.owner.json';
const MOST_OWNER_BYTES = 1_024;
/** Longer than {@link readHolder} of another process holds the lock. */
const LOCK_TIMEOUT_MS = 250;

/** Who holds the journal; `since` in RFC 3339. */
export type JournalOwner = { readonly pid: number; readonly host: string; readonly since: string };

interface JournalLock {
  release(): void;
}

/**
 * Takes the journal directory for this process.
 *
 * The lock is SQLite's exclusive lock on an empty file of its own: the operating system drops it when the process
 * dies, however it dies, and the database itself stays readable for others. Who holds it is in a file beside it,
 * which is only ever read when the lock is taken, so that a stale one does no harm.
 *
 * @throws {JournalError} `locked`, naming the other process.
 */
export function acquireLock(directory: string, owner: JournalOwner): JournalLock {
  const ownerFile = join(directory, OWNER_FILE);
  const database = lockFile(join(directory, LOCK_FILE), () => describeOwner(ownerFile));
  nameOwner(ownerFile, owner);
  return {
    release() {
      rmSync(ownerFile, { force: true });
      database.close();
    },
  };
}

/** Who holds the journal; `unnamed` when the owner's file cannot be read, null when nobody does. */
export function readHolder(directory: string): JournalOwner | 'unnamed' | null {
  const path = join(directory, LOCK_FILE);
  if (!existsSync(path)) return null;
  const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
    return null;
  } catch (error) {
    if (!isBusy(error)) throw error;
    return readOwner(join(directory, OWNER_FILE)) ?? 'unnamed';
  } finally {
    database.close();
  }
}

function lockFile(path: string, holder: () => string): DatabaseSync {
  makePrivate(path);
  const fault = databaseFileFault(path);
  if (fault !== null) throw new JournalError('directory', `the journal cannot be locked: ${fault}.`);
  const database = new DatabaseSync(path, { timeout: LOCK_TIMEOUT_MS });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (!isBusy(error)) {
      throw new JournalError('directory', `the journal cannot be locked: ${path}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    throw new JournalError(
      'locked',
      `the journal is in use by ${holder()}: stop it, or give this watcher a journal directory of its own (${path}).`,
      { cause: error },
    );
  }
}

function nameOwner(ownerFile: string, owner: JournalOwner): void {
  try {
    rmSync(`${ownerFile}.new`, { force: true });
    writeFileSync(`${ownerFile}.new`, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
    renameSync(`${ownerFile}.new`, ownerFile);
  } catch {
    // The lock is held all the same. On a full disk the watcher must be able to start and deliver what it has.
    rmSync(ownerFile, { force: true });
  }
}

function describeOwner(ownerFile: string): string {
  const owner = readOwner(ownerFile);
  return owner === null ? 'another process' : `process ${owner.pid} on ${owner.host} since ${owner.since}`;
}

/** null while the process that has the lock has not written the file, or has just removed it. */
function readOwner(ownerFile: string): JournalOwner | null {
  try {
    const owner: unknown = JSON.parse(new TextDecoder().decode(readBounded(ownerFile, MOST_OWNER_BYTES, 0)));
    const isOwner =
      typeof owner === 'object' && owner !== null && 'pid' in owner && 'host' in owner && 'since' in owner;
    return isOwner ? { pid: Number(owner.pid), host: String(owner.host), since: String(owner.since) } : null;
  } catch {
    return null;
  }
}
