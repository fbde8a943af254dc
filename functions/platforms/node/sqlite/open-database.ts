import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDatabasePrivate, makePrivate } from '../../../../settings/files/private-file.ts';
import { isBusy } from '../../../../settings/files/sqlite-code.ts';
import { describeHolder, nameHolder } from './data-dir-holder.ts';

/** Name of the database in a receiver's data directory. */
export const DATABASE_FILE = 'receiver.db';
const LOCK_FILE = 'receiver.lock';
/** How long a write waits for another program that has the database open, such as one that copies it. */
const BUSY_TIMEOUT_MS = 1_000;

/**
 * Opens (or creates) the receiver's database in `dataDir`. It belongs to this process alone until closed; every
 * commit is on disk before it returns.
 *
 * What keeps a second receiver out is SQLite's exclusive lock on an empty file of its own, attached to the same
 * connection: the operating system drops it when the process dies, however it dies, and the database itself stays
 * readable for others, such as `offhook audit`.
 *
 * @throws Error when the directory cannot be written, or another process uses it.
 */
export function openDatabase(dataDir: string): DatabaseSync {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  makeDatabasePrivate(join(dataDir, DATABASE_FILE));
  makePrivate(join(dataDir, LOCK_FILE));
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE), { timeout: 0 });
  try {
    takeLock(database, join(dataDir, LOCK_FILE));
    nameHolder(dataDir, process.pid);
    database.exec(`
      PRAGMA main.journal_mode = WAL;
      PRAGMA main.synchronous = FULL;
      PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS};
    `);
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) {
      throw new Error(
        `${dataDir} is in use by another receiver${describeHolder(dataDir)}: stop it, or choose another directory`,
        {
          cause: error,
        },
      );
    }
    throw error;
  }
}

/** In exclusive locking mode the first write takes a lock that only the end of the connection gives back. */
function takeLock(database: DatabaseSync, file: string): void {
  database.prepare('ATTACH DATABASE ? AS receiver_lock').run(file);
  database.exec(`
    PRAGMA receiver_lock.locking_mode = EXCLUSIVE;
    PRAGMA receiver_lock.journal_mode = MEMORY;
    CREATE TABLE IF NOT EXISTS receiver_lock.holder (pid INTEGER);
    DELETE FROM receiver_lock.holder;
  `);
  database.prepare('INSERT INTO receiver_lock.holder VALUES (?)').run(process.pid);
}
