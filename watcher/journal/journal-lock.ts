import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { JournalError } from './journal-error.ts';
import { isBusy } from './sqlite-fault.ts';

const LOCK_FILE = 'journal.lock';
const OWNER_FILE = 'journal.owner.json';

/** Who holds the journal; `since` in RFC 3339. */
export type JournalOwner = { readonly pid: number; readonly host: string; readonly since: string };

export interface JournalLock {
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

function lockFile(path: string, holder: () => string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (!isBusy(error)) {
      throw new JournalError('directory', `the journal cannot be locked: ${path}: ${String(error)}`, {
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
    writeFileSync(`${ownerFile}.new`, `${JSON.stringify(owner)}\n`, { mode: 0o600 });
    renameSync(`${ownerFile}.new`, ownerFile);
  } catch {
    // The lock is held all the same. On a full disk the watcher must be able to start and deliver what it has.
    rmSync(ownerFile, { force: true });
  }
}

function describeOwner(ownerFile: string): string {
  try {
    const owner: unknown = JSON.parse(readFileSync(ownerFile, 'utf8'));
    if (
      typeof owner === 'object' &&
      owner !== null &&
      'pid' in owner &&
      'host' in owner &&
      'since' in owner
    ) {
      return `process ${owner.pid} on ${owner.host} since ${owner.since}`;
    }
  } catch {
    // The other process has the lock but has not written (or has just removed) the file: the answer is below.
  }
  return 'another process';
}
